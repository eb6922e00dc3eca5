//! SQL: statements of three databases, and `COPY` of one.

use super::column::Value;
use super::layout::Layout;
use super::row::Row;
use super::shape::Shape;

/// Rows between two `GO` of SQL Server.
const ROWS_A_BATCH: u64 = 100;

pub(super) fn head(layout: &Layout<'_>, out: &mut Vec<u8>) {
    let names = layout.names.all();
    let text = match layout.shape {
        Shape::MysqlInsert => {
            let columns = names.map(|name| format!("  `{name}` varchar(255) DEFAULT NULL")).join(",\n");
            format!(
                "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n\n/*!40101 SET NAMES utf8mb4 */;\n\
                 DROP TABLE IF EXISTS `people`;\nCREATE TABLE `people` (\n{columns}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\
                 LOCK TABLES `people` WRITE;\nINSERT INTO `people` VALUES "
            )
        }
        Shape::PostgresInsert => {
            "--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n\n".to_owned()
        }
        Shape::SqlServerInsert => "USE [crm]\nGO\nSET IDENTITY_INSERT [dbo].[people] ON\nGO\n".to_owned(),
        Shape::PostgresCopy => {
            let columns = names.map(|name| format!("\"{name}\"")).join(", ");
            format!("--\n-- PostgreSQL database dump\n--\n\nCOPY public.people ({columns}) FROM stdin;\n")
        }
        _ => String::new(),
    };
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn row(layout: &Layout<'_>, row: &Row, out: &mut Vec<u8>) {
    match layout.shape {
        Shape::MysqlInsert => {
            if row.at > 0 {
                out.push(b',');
            }
            values(row, b"'", br"\'", out);
        }
        Shape::PostgresInsert => {
            out.extend_from_slice(b"INSERT INTO public.people ");
            columns(layout, b'"', b'"', out);
            out.extend_from_slice(b"VALUES ");
            values(row, b"'", b"''", out);
            out.extend_from_slice(b";\n");
        }
        Shape::SqlServerInsert => {
            out.extend_from_slice(b"INSERT [dbo].[people] ");
            columns(layout, b'[', b']', out);
            out.extend_from_slice(b"VALUES ");
            values(row, b"N'", b"''", out);
            out.push(b'\n');
            if row.at % ROWS_A_BATCH == ROWS_A_BATCH - 1 {
                out.extend_from_slice(b"GO\n");
            }
        }
        _ => copied(row, out),
    }
}

pub(super) fn tail(layout: &Layout<'_>, out: &mut Vec<u8>) {
    let text = match layout.shape {
        Shape::MysqlInsert => ";\nUNLOCK TABLES;\n-- Dump completed\n",
        Shape::SqlServerInsert => "GO\nSET IDENTITY_INSERT [dbo].[people] OFF\nGO\n",
        Shape::PostgresCopy => "\\.\n\n--\n-- PostgreSQL database dump complete\n--\n",
        _ => "",
    };
    out.extend_from_slice(text.as_bytes());
}

/// The list of columns, if they have names.
fn columns(layout: &Layout<'_>, open: u8, close: u8, out: &mut Vec<u8>) {
    if !layout.names.are_there() {
        return;
    }
    for (place, name) in layout.names.all().iter().enumerate() {
        out.extend_from_slice(if place == 0 { b"(" } else { b", " });
        out.push(open);
        out.extend_from_slice(name.as_bytes());
        out.push(close);
    }
    out.extend_from_slice(b") ");
}

fn values(row: &Row, open: &[u8], quote: &[u8], out: &mut Vec<u8>) {
    out.push(b'(');
    for (place, (cell, value)) in row.cells().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        match value {
            Value::Null => out.extend_from_slice(b"NULL"),
            Value::Integer => out.extend_from_slice(cell),
            Value::Text | Value::Float => {
                out.extend_from_slice(open);
                // Only MySQL escapes with backslashes, and line breaks as `\n`.
                let has_backslashes = quote[0] == b'\\';
                for &byte in cell {
                    match byte {
                        b'\'' => out.extend_from_slice(quote),
                        b'\n' if has_backslashes => out.extend_from_slice(br"\n"),
                        byte => out.push(byte),
                    }
                }
                out.push(b'\'');
            }
        }
    }
    out.push(b')');
}

fn copied(row: &Row, out: &mut Vec<u8>) {
    for (place, (cell, value)) in row.cells().enumerate() {
        if place > 0 {
            if row.is_broken {
                break;
            }
            out.push(b'\t');
        }
        match value {
            Value::Null => out.extend_from_slice(br"\N"),
            _ if !cell.contains(&b'\n') => out.extend_from_slice(cell),
            _ => cell.iter().for_each(|&byte| match byte {
                b'\n' => out.extend_from_slice(br"\n"),
                byte => out.push(byte),
            }),
        }
    }
    out.push(b'\n');
}
