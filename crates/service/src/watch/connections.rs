//! Open connections and those that were ended, as the seats count them.

use crate::listen::seats::{Ended, Seats};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;
use std::sync::Arc;

/// The seats of the public listener.
pub(super) struct Connections(pub(super) Arc<Seats>);

impl Collector for Connections {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let open = ConstGauge::new(self.0.open() as u64);
        open.encode(encoder.encode_descriptor("connections", "Open connections", None, MetricType::Gauge)?)?;
        let help = "Connections that were refused, or closed before they ended by themselves, by reason";
        let mut family = encoder.encode_descriptor("connections_ended", help, None, MetricType::Counter)?;
        for how in Ended::ALL {
            ConstCounter::new(self.0.ended(how)).encode(family.encode_family(&[("reason", how.name())])?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}
