//! `demo`: runs key generation, ingest, build and serve on synthetic people.

use crate::output::{self, count};
use crate::progress::Shown;
use crate::serve::{self, BudgetArgs};
use crate::settings::{Common, rules};
use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use exposure_client::{Client, Outcome};
use exposure_identifier::{Identifier, Kind, Region};
use exposure_index::{DataDir, TEST_SOURCE, write_key};
use exposure_ingest::{BuildOptions, IngestOptions, Readers, build, ingest};
use exposure_protocol::{PublicKey, Scheme, SecretKey};
use exposure_service::{Config, Listener, Service};
use exposure_synthetic::{Leak, person};
use serde_json::json;
use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use tokio::net::TcpListener;

/// High quotas: the demo runs on the user's own machine, and tests send it many requests.
const BUDGET: exposure_service::Budget = exposure_service::Budget {
    global_per_second: 10_000,
    address_per_minute: 10_000,
    address_per_day: 100_000,
    partner_share: 0.5,
};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Number of people in the leak
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    people: u64,
    /// Address and port to listen on; another port if this one is in use
    #[arg(long, env = "EXPOSURE_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080", hide_env = true)]
    listen: SocketAddr,
    #[command(flatten)]
    budget: BudgetArgs,
}

/// An example number, and the sources that contain it.
struct Sample {
    kind: &'static Kind,
    value: String,
    sources: Vec<&'static str>,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    // Without --data the demo leaves nothing behind.
    let temporary = tempfile::tempdir().context("cannot make a temporary directory")?;
    let data = DataDir::new(common.data.clone().unwrap_or_else(|| temporary.path().join("data")));
    if data.key().exists() {
        bail!("{} already has a key; give the demo its own directory with --data", data.root().display());
    }
    let runtime = serve::runtime()?;
    let result = runtime.block_on(prepare_and_serve(common, args, data, temporary.path()));
    // An interrupted preparation keeps running on its thread; do not wait for it.
    runtime.shutdown_background();
    result
}

async fn prepare_and_serve(common: &Common, args: &Args, data: DataDir, dumps: &Path) -> Result<()> {
    let leak = Leak::of(args.people);
    let prepared = {
        let (data, dumps) = (data.clone(), dumps.to_owned());
        tokio::task::spawn_blocking(move || index_leak(&leak, &data, &dumps))
    };
    let public = tokio::select! {
        public = prepared => public??,
        () = serve::stopped()? => bail!("stopped before the demo was ready"),
    };
    let own = Common { data: Some(data.root().to_owned()), config: common.config.clone(), json: common.json };
    let mut file = own.read_config()?;
    if common.config.is_none() {
        file.budget = BUDGET;
    }
    let config = Config {
        current: serve::published(&data)?,
        previous: None,
        allow_unkeyed: false,
        budget: args.budget.over(file.budget),
        proxies: Vec::new(),
        site: Some(data.site()),
        tls: None,
        partners: None,
    };
    let service = Service::open(config)?;
    let samples = samples(&leak);
    let listener = Listener::from(bind(args.listen).await?);
    let url = listener.url(false)?;
    if std::env::var_os("DEMO_ONCE").is_some_and(|once| once == "1") {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(service.serve(listener, async { drop(stopped.await) }));
        let checked = tokio::task::spawn_blocking(move || check(&url, public, &samples)).await?;
        drop(stop);
        serving.await?;
        return checked;
    }
    announce(common, &url, &samples)?;
    service.serve(listener, serve::stopped()?).await;
    Ok(())
}

/// Writes key, dumps, ledgers and index.
fn index_leak(leak: &Leak, data: &DataDir, dumps: &Path) -> Result<PublicKey> {
    let key = SecretKey::generate(1);
    drop(data.lock().context("cannot use the data directory")?);
    write_key(&data.key(), &key)?;
    eprintln!("generating a leak of {} fictional people, in two sources and two formats", count(leak.people()));
    let readers = Readers::this_program(false).context("cannot locate this program")?;
    let sources = leak.write(dumps).context("cannot write the synthetic leak")?;
    Leak::catalogue().write(&data.catalogue())?;
    for source in &sources {
        let options = IngestOptions {
            key: Some(&key),
            ..IngestOptions::new(
                data,
                source.slug,
                Scheme::Voprf,
                rules(Region::default()),
                &readers,
                std::slice::from_ref(&source.path),
            )
        };
        let report = ingest(&options, &Shown::new())?;
        let kinds: Vec<_> = report.distinct.iter().map(|(kind, n)| format!("{} {kind}", count(*n))).collect();
        eprintln!("ingested {}: {} rows, {}", source.slug, count(report.rows()), kinds.join(", "));
        fs::remove_file(&source.path).context("cannot remove the synthetic dump")?;
    }
    let options = BuildOptions {
        data,
        key: Some(&key),
        false_positive_rate: exposure_index::DEFAULT_FALSE_POSITIVE_RATE,
        include_sensitive: false,
        allow_unkeyed: false,
        allow_other_forms: false,
    };
    let built = build(&options, &Shown::new())?;
    eprintln!("built index {}: {} records in {} bytes", built.id, count(built.records), count(built.bytes));
    Ok(key.public())
}

/// Three numbers in the leak, and one that is not.
fn samples(leak: &Leak) -> [Sample; 4] {
    let sample = |kind, n: u64| {
        let kind = Kind::named(kind).expect("both kinds are in the table");
        let person = person(n);
        let (value, sources) = match kind.name.as_str() {
            "phone" => (person.phone, leak.sources_of(n)),
            // Only the police records contain ID numbers.
            _ => {
                (person.id, leak.sources_of(n).into_iter().filter(|slug| *slug == exposure_synthetic::POLICE).collect())
            }
        };
        Sample { kind, value, sources }
    };
    let both = leak.people() / 2;
    [sample("phone", both), sample("cn.ric", 0), sample("phone", leak.people() - 1), sample("phone", leak.people())]
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    match TcpListener::bind(address).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            TcpListener::bind(SocketAddr::new(address.ip(), 0)).await.context("cannot listen on any port")
        }
        bound => bound.with_context(|| format!("cannot listen on {address}")),
    }
}

fn announce(common: &Common, url: &str, samples: &[Sample]) -> Result<()> {
    let (found, absent): (Vec<_>, Vec<_>) = samples.iter().partition(|sample| !sample.sources.is_empty());
    if common.json {
        // On one line, so that a program can wait for it.
        let shown = |sample: &&Sample| json!({ "kind": sample.kind.name, "value": sample.value });
        let with_sources = |sample: &&Sample| {
            let mut document = shown(sample);
            document["sources"] = json!(sample.sources);
            document
        };
        let document = json!({
            "ready": url,
            "found": found.iter().map(with_sources).collect::<Vec<_>>(),
            "absent": absent.iter().map(shown).collect::<Vec<_>>(),
        });
        return output::line(&document.to_string());
    }
    output::line("\nIn the leak (these numbers belong to nobody):")?;
    for sample in found {
        output::line(&format!("  {}  {}  in {}", sample.value, sample.kind.label.en, sample.sources.join(" and ")))?;
    }
    output::line("Not in the leak:")?;
    for sample in absent {
        output::line(&format!("  {}  {}", sample.value, sample.kind.label.en))?;
    }
    let command = std::env::args().next().unwrap_or_else(|| "exposure".to_owned());
    output::line(&format!("\nOpen the address below, or check from a terminal: {command} check --server {url}"))?;
    output::line(&format!("Press Ctrl-C to stop.\n\nready {url}"))
}

/// Checks every sample and the test identifier against the running service, with the key pinned.
fn check(url: &str, public: PublicKey, samples: &[Sample]) -> Result<()> {
    let mut client = Client::new(url).pin(public).connect()?;
    let identifiers: Vec<Identifier> = samples
        .iter()
        .map(|sample| Ok(sample.kind.canonicalise(&sample.value, &rules(Region::default())).into_result()?.remove(0)))
        .collect::<Result<_>>()?;
    for ((sample, identifier), finding) in samples.iter().zip(&identifiers).zip(client.check(&identifiers)) {
        let sources = match finding? {
            Outcome::Found(sources) => sources,
            Outcome::NotFound => Vec::new(),
            Outcome::Undetermined => bail!("{} collides with another entry", identifier.masked()),
        };
        if sources != sample.sources {
            bail!("{}: expected sources {:?}, found in {sources:?}", identifier.masked(), sample.sources);
        }
        let answer =
            if sources.is_empty() { "not found".to_owned() } else { format!("found in {}", sources.join(" and ")) };
        output::line(&format!("{}  {answer}, as expected", identifier.masked()))?;
    }
    let test = client.check(&[Identifier::test()]).remove(0)?;
    if test != Outcome::Found(vec![TEST_SOURCE.to_owned()]) {
        bail!("test identifier: expected source {TEST_SOURCE}, answered {test:?}");
    }
    output::line("test identifier  found, as expected")?;
    output::line("ok: index, service and client agree")
}
