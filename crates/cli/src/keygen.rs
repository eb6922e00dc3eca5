//! `keygen`: generates the secret key of an epoch.

use crate::output;
use crate::settings::{Common, shown};
use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use exposure_index::write_key;
use exposure_protocol::SecretKey;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Epoch of the key: one more than that of the previous key
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    epoch: u32,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let data = common.data();
    let key = SecretKey::generate(args.epoch);
    let _lock = data.lock().context("cannot use the data directory")?;
    write_key(&data.key(), &key)?;
    if common.json {
        return output::json(&serde_json::json!({
            "key": shown(&data.key()),
            "epoch": key.epoch(),
            "public_key": key.public(),
            "fingerprint": key.public().fingerprint(),
        }));
    }
    output::line(&format!("key         {} (epoch {}, mode 0600)", shown(&data.key()), key.epoch()))?;
    output::line(&format!("public key  {}", key.public()))?;
    output::line(&format!("fingerprint {}", key.public().fingerprint()))?;
    output::line("")?;
    output::line(
        "Publish the fingerprint where people can compare it with the one that the form shows. Keep a copy of the key",
    )?;
    output::line(
        "offline: without the key the ledgers are useless. Anybody who has the key can test every phone number against",
    )?;
    output::line("the index.")?;
    Ok(())
}
