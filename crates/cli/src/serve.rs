//! `serve`: the web form and the API, until told to stop.

use crate::output;
use crate::settings::{Common, Config as FileConfig};
use anyhow::{Context as _, Result, anyhow};
use clap::Args as ClapArgs;
use exposure_service::{Budget, Config, Service};
use serde_json::json;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "EXPOSURE_LISTEN", value_name = "ADDR", hide_env = true)]
    listen: Option<String>,
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
    let allow_unkeyed = args.allow_unkeyed || file.serve.allow_unkeyed.unwrap_or_default();
    let address: SocketAddr =
        listen.parse().map_err(|_| anyhow!("“{listen}” is not an address to listen on, such as {DEFAULT_LISTEN}"))?;
    let service = open(common, &file, allow_unkeyed, &args.budget, true)?;
    log_to_stderr();
    runtime()?.block_on(async {
        let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        let url = format!("http://{}/", listener.local_addr()?);
        if common.json {
            output::json(&json!({ "ready": url }))?;
        } else {
            output::line(&format!("ready {url}"))?;
        }
        service.serve(listener, stopped()?).await;
        Ok(())
    })
}

/// Opens the service on the data directory's index, catalogue and key; if it is kept, on its partners too.
pub(crate) fn open(
    common: &Common,
    file: &FileConfig,
    allow_unkeyed: bool,
    budget: &BudgetArgs,
    is_kept: bool,
) -> Result<Service> {
    let data = common.data();
    let config = Config {
        index: data.index(),
        catalogue: data.catalogue(),
        key: common.key()?,
        allow_unkeyed,
        budget: budget.over(file.budget),
        partners: is_kept.then(|| data.partners()),
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

/// Logs go to standard error; `EXPOSURE_LOG` sets what is logged, as in `EXPOSURE_LOG=warn`.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("EXPOSURE_LOG");
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}
