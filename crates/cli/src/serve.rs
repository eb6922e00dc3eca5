//! `serve`: the web form and the API, until told to stop.

use crate::logging::{self, LogFormat};
use crate::output;
use crate::settings::{Common, Config as FileConfig};
use anyhow::{Context as _, Result, anyhow};
use clap::Args as ClapArgs;
use exposure_service::{Budget, Config, Service};
use serde_json::json;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "EXPOSURE_LISTEN", value_name = "ADDR", hide_env = true)]
    listen: Option<String>,
    /// Where operators find metrics and readiness, away from the public, such as 127.0.0.1:9090 [default: nowhere]
    #[arg(long, env = "EXPOSURE_ADMIN", value_name = "ADDR", hide_env = true)]
    admin: Option<String>,
    /// How the log on standard error is written [default: text]
    #[arg(long, env = "EXPOSURE_LOG_FORMAT", value_name = "FORMAT", hide_env = true)]
    log_format: Option<LogFormat>,
    /// Serve an index of the sha256 scheme: whoever reads its ranges can try every number
    #[arg(long)]
    allow_unkeyed: bool,
    #[command(flatten)]
    budget: BudgetArgs,
}

/// The budgets, in elements; each may also be set in `[budget]` of the configuration.
#[derive(ClapArgs, Default)]
pub(crate) struct BudgetArgs {
    /// Evaluations a second for all callers together
    #[arg(
        long = "budget-global-per-second",
        env = "EXPOSURE_BUDGET_GLOBAL_PER_SECOND",
        value_name = "N",
        hide_env = true
    )]
    global_per_second: Option<u32>,
    /// Evaluations a minute for one address
    #[arg(
        long = "budget-address-per-minute",
        env = "EXPOSURE_BUDGET_ADDRESS_PER_MINUTE",
        value_name = "N",
        hide_env = true
    )]
    address_per_minute: Option<u32>,
    /// Evaluations a day for one address
    #[arg(long = "budget-address-per-day", env = "EXPOSURE_BUDGET_ADDRESS_PER_DAY", value_name = "N", hide_env = true)]
    address_per_day: Option<u32>,
    /// The share of the global budget that is kept for partners, from 0 to 1
    #[arg(long = "budget-partner-share", env = "EXPOSURE_BUDGET_PARTNER_SHARE", value_name = "SHARE", hide_env = true)]
    partner_share: Option<f64>,
}

impl BudgetArgs {
    /// These over the configuration's.
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
    let listen = args.listen.clone().or_else(|| file.serve.listen.clone()).unwrap_or_else(|| DEFAULT_LISTEN.to_owned());
    let admin = args.admin.clone().or_else(|| file.serve.admin.clone());
    let allow_unkeyed = args.allow_unkeyed || file.serve.allow_unkeyed.unwrap_or_default();
    let service = open(common, &file, allow_unkeyed, &args.budget)?;
    logging::to_stderr(args.log_format.or(file.serve.log_format).unwrap_or_default())?;
    runtime()?.block_on(async {
        let (listener, url) = bind(&listen).await?;
        let admin = match &admin {
            Some(admin) => Some(bind(admin).await?),
            None => None,
        };
        announce(common.json, &url, admin.as_ref().map(|(_, url)| url))?;
        let operators = admin.map(|(listener, _)| tokio::spawn(service.clone().serve_admin(listener)));
        service.serve(listener, stopped()?).await;
        // Only now, so that operators see how the last requests end.
        if let Some(operators) = operators {
            operators.abort();
        }
        Ok(())
    })
}

async fn bind(address: &str) -> Result<(TcpListener, String)> {
    let parsed: SocketAddr =
        address.parse().map_err(|_| anyhow!("“{address}” is not an address to listen on, such as {DEFAULT_LISTEN}"))?;
    let listener = TcpListener::bind(parsed).await.with_context(|| format!("cannot listen on {parsed}"))?;
    let url = format!("http://{}/", listener.local_addr()?);
    Ok((listener, url))
}

/// Says that questions are answered from now on, and where.
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

/// Opens the service on the data directory's index, catalogue and key.
pub(crate) fn open(common: &Common, file: &FileConfig, allow_unkeyed: bool, budget: &BudgetArgs) -> Result<Service> {
    let data = common.data();
    let config = Config {
        index: data.index(),
        catalogue: data.catalogue(),
        key: common.key()?,
        allow_unkeyed,
        budget: budget.over(file.budget),
    };
    Ok(Service::open(config)?)
}

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")
}

/// Done when the process is asked to stop, by Ctrl-C or by its supervisor.
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
