//! `serve`: serves the web form and the API until SIGTERM or SIGINT.

use crate::logging::{self, LogFormat};
use crate::output;
use crate::settings::{Common, Config as FileConfig, key_of};
use anyhow::{Context as _, Result, anyhow};
use clap::Args as ClapArgs;
use exposure_index::DataDir;
use exposure_service::{Budget, Config, ListenAddress, Listener, Proxy, Published, Service, TlsFiles};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use tokio::signal::unix::{SignalKind, signal};

const DEFAULT_LISTEN: ListenAddress = ListenAddress::Tcp(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080));

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Address and port to listen on, or unix:PATH [default: 127.0.0.1:8080]
    #[arg(long, env = "EXPOSURE_LISTEN", value_name = "ADDR", hide_env = true)]
    listen: Option<String>,
    /// Address for metrics and readiness, such as 127.0.0.1:9090; must not be public [default:
    /// none]
    #[arg(long, env = "EXPOSURE_ADMIN", value_name = "ADDR", hide_env = true)]
    admin: Option<String>,
    /// Format of the log on standard error [default: text]
    #[arg(long, env = "EXPOSURE_LOG_FORMAT", value_name = "FORMAT", hide_env = true)]
    log_format: Option<LogFormat>,
    /// Serve TLS with the certificate chain in this PEM file
    #[arg(long, env = "EXPOSURE_TLS_CERTIFICATE", value_name = "FILE", hide_env = true)]
    tls_certificate: Option<PathBuf>,
    /// Private key of the certificate, a PEM file
    #[arg(long, env = "EXPOSURE_TLS_KEY", value_name = "FILE", hide_env = true)]
    tls_key: Option<PathBuf>,
    /// Trust X-Forwarded-For of this proxy: an address, a network such as 10.0.0.0/8, or unix
    /// (repeatable)
    #[arg(
        long = "trusted-proxy",
        env = "EXPOSURE_TRUSTED_PROXIES",
        value_name = "PROXY",
        value_delimiter = ',',
        hide_env = true
    )]
    trusted_proxies: Vec<Proxy>,
    /// Also serve the previous epoch, from the data directory DIR
    #[arg(long, env = "EXPOSURE_PREVIOUS", value_name = "DIR", hide_env = true)]
    previous: Option<PathBuf>,
    /// Allow an index of the sha256 scheme: anybody who reads its ranges can test every number
    #[arg(long)]
    allow_unkeyed: bool,
    #[command(flatten)]
    budget: BudgetArgs,
}

/// Quotas in evaluated elements; each can also be set in `[budget]` of the configuration.
#[derive(ClapArgs, Default)]
pub(crate) struct BudgetArgs {
    /// Evaluations per second for all clients together
    #[arg(
        long = "budget-global-per-second",
        env = "EXPOSURE_BUDGET_GLOBAL_PER_SECOND",
        value_name = "N",
        hide_env = true
    )]
    global_per_second: Option<u32>,
    /// Evaluations per minute for one address
    #[arg(
        long = "budget-address-per-minute",
        env = "EXPOSURE_BUDGET_ADDRESS_PER_MINUTE",
        value_name = "N",
        hide_env = true
    )]
    address_per_minute: Option<u32>,
    /// Evaluations per day (UTC) for one address
    #[arg(long = "budget-address-per-day", env = "EXPOSURE_BUDGET_ADDRESS_PER_DAY", value_name = "N", hide_env = true)]
    address_per_day: Option<u32>,
    /// Share of the global quota reserved for partners, from 0 to 1
    #[arg(long = "budget-partner-share", env = "EXPOSURE_BUDGET_PARTNER_SHARE", value_name = "SHARE", hide_env = true)]
    partner_share: Option<f64>,
}

impl BudgetArgs {
    /// The configuration's quotas, with those given as flags replaced.
    pub(crate) fn over(&self, budget: Budget) -> Budget {
        Budget {
            global_per_second: self.global_per_second.unwrap_or(budget.global_per_second),
            address_per_minute: self.address_per_minute.unwrap_or(budget.address_per_minute),
            address_per_day: self.address_per_day.unwrap_or(budget.address_per_day),
            partner_share: self.partner_share.unwrap_or(budget.partner_share),
        }
    }
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let file = common.read_config()?;
    let listen = address(args.listen.as_deref(), file.serve.listen.as_ref())?.unwrap_or(DEFAULT_LISTEN);
    let admin = address(args.admin.as_deref(), file.serve.admin.as_ref())?;
    let config = config(common, &file, args)?;
    let is_tls = config.tls.is_some();
    // Before the index is opened, about which there may be something to say.
    logging::to_stderr(args.log_format.or(file.serve.log_format).unwrap_or_default())?;
    let service = Service::open(config)?;
    runtime()?.block_on(async {
        let (listener, url) = bind(&listen, is_tls).await?;
        let admin = match &admin {
            Some(admin) => Some(bind(admin, false).await?),
            None => None,
        };
        announce(common.json, &url, admin.as_ref().map(|(_, url)| url))?;
        let operators = admin.map(|(listener, _)| tokio::spawn(service.clone().serve_admin(listener)));
        service.serve(listener, stopped()?).await;
        // The admin listener stops last, so that operators can watch the last requests end.
        if let Some(operators) = operators {
            operators.abort();
        }
        Ok(())
    })
}

/// The address of the flag, else of the configuration file.
fn address(flag: Option<&str>, file: Option<&ListenAddress>) -> Result<Option<ListenAddress>> {
    Ok(flag.map(str::parse).transpose()?.or_else(|| file.cloned()))
}

async fn bind(address: &ListenAddress, is_tls: bool) -> Result<(Listener, String)> {
    let listener = Listener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let url = listener.url(is_tls)?;
    Ok((listener, url))
}

/// Prints the addresses once the service accepts connections.
fn announce(as_json: bool, url: &str, admin: Option<&String>) -> Result<()> {
    if as_json {
        let mut ready = json!({ "ready": url });
        if let Some(admin) = admin {
            ready["admin"] = json!(admin);
        }
        return output::line(&ready.to_string());
    }
    output::line(&format!("ready {url}"))?;
    admin.map_or(Ok(()), |admin| output::line(&format!("admin {admin}")))
}

/// The configuration of the service, from data directory, flags and configuration file.
fn config(common: &Common, file: &FileConfig, args: &Args) -> Result<Config> {
    let serve = &file.serve;
    let previous = args.previous.clone().or_else(|| serve.previous.clone());
    let proxies = if args.trusted_proxies.is_empty() { &serve.trusted_proxies } else { &args.trusted_proxies };
    Ok(Config {
        current: published(&common.data())?,
        previous: previous.map(|dir| published(&DataDir::new(dir))).transpose()?,
        allow_unkeyed: args.allow_unkeyed || serve.allow_unkeyed.unwrap_or_default(),
        budget: args.budget.over(file.budget),
        partners: Some(common.data().partners()),
        proxies: proxies.clone(),
        site: Some(common.data().site()),
        tls: tls(
            args.tls_certificate.clone().or_else(|| serve.tls_certificate.clone()),
            args.tls_key.clone().or_else(|| serve.tls_key.clone()),
        )?,
    })
}

/// The index, catalogue and key of a data directory.
pub(crate) fn published(data: &DataDir) -> Result<Published> {
    Ok(Published { index: data.index(), catalogue: data.catalogue(), key: key_of(data)? })
}

fn tls(certificate: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<TlsFiles>> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(anyhow!("the TLS certificate has no private key; set --tls-key, or tls_key in [serve]")),
        (None, Some(_)) => {
            Err(anyhow!("the TLS private key has no certificate; set --tls-certificate, or tls_certificate in [serve]"))
        }
    }
}

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")
}

/// Completes when the process receives SIGTERM or SIGINT.
pub(crate) fn stopped() -> Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot wait for signals")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
