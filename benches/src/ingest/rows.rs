//! Rows of about two hundred bytes, each with one ID number and one phone number of the realistic
//! world, in three formats.

use exposure_synthetic::{Population, World};
use rayon::prelude::*;
use std::io::{self, Write};

/// Rows that one core writes at a time.
const CHUNK: u64 = 16_384;

/// The format of a row.
#[derive(Clone, Copy)]
pub(super) enum Layout {
    /// Plain fields between commas.
    Csv,
    /// An Elasticsearch export.
    Json,
    /// Lines of a log.
    Text,
}

/// Writes about this many bytes; returns the number of rows.
pub(super) fn write(layout: Layout, bytes: u64, out: &mut impl Write) -> io::Result<u64> {
    let population = Population::of(World::Realistic);
    let (mut rows, mut written) = (0, 0);
    if matches!(layout, Layout::Csv) {
        out.write_all("name,idcard,mobile,address,email,company,registered,level,remark\n".as_bytes())?;
    }
    while written < bytes {
        let chunks: Vec<Vec<u8>> = (0..rayon::current_num_threads() as u64)
            .into_par_iter()
            .map(|chunk| lay_out(layout, &population, rows + chunk * CHUNK))
            .collect();
        for chunk in chunks {
            out.write_all(&chunk)?;
            written += chunk.len() as u64;
            rows += CHUNK;
        }
    }
    Ok(rows)
}

fn lay_out(layout: Layout, population: &Population, first: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(CHUNK as usize * 256);
    for n in first..first + CHUNK {
        let (id, phone) = (population.id(n), population.phone(n, 0).canonical());
        let phone = phone.trim_start_matches("+86");
        let (day, hour, house) = (1 + n % 28, n % 24, n % 997);
        let row = match layout {
            Layout::Csv => writeln!(
                out,
                "测试{n:07},{id},{phone},示范市示范区示范街道幸福路{house}号{hour}单元{day}室,user{n:07}@example.org,示范科技有限公司,\
                 2021-03-{day:02} {hour:02}:12:33,普通,上门前请先联系"
            ),
            Layout::Json => writeln!(
                out,
                r#"{{"_index":"people","_id":"{n:07}","_source":{{"name":"测试{n:07}","idcard":"{id}","contact":{{"mobile":"{phone}","address":"示范市示范区幸福路{house}号{day}室"}},"created":"2021-03-{day:02}"}}}}"#
            ),
            Layout::Text => writeln!(
                out,
                "2021-03-{day:02} {hour:02}:12:33 INFO 客服记录: 客户测试{n:07}来电, 身份证 {id}, 手机 {phone}, 住示范市示范区幸福路{house}号, \
                 反映快递没有送到, 已经登记并转给网点处理"
            ),
        };
        row.expect("memory does not fail");
    }
    out
}
