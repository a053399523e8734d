//! The tables as Parquet files, case by case, in bounded memory: `FOLDER/TABLE/part-00000.parquet` and so on.
//!
//! A table that gets no row has one file without rows, so that a query finds its columns. Pages are compressed with Snappy. Times are
//! microseconds in UTC, cut from the 100 ns of Windows. The same cases in the same order give the same bytes.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use super::{ALL, Case, Cell, Column, Kind, Table, rows};
use crate::model::Diagnosis;

/// Bytes of rows of one table that are held before they are written as a row group.
const GROUP_BYTES: usize = 8 << 20;
/// Bytes of a file from which on the next row group goes to another.
const FILE_BYTES: usize = 128 << 20;

/// What was written of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// Its name.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
    /// Its files.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
}

/// Writes the tables of many cases into a folder.
#[derive(Debug)]
pub struct Writer {
    tables: Vec<TableWriter>,
}

impl Writer {
    /// Makes a folder for each table in `folder`.
    ///
    /// # Errors
    /// A folder or file that cannot be made.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Self::with_sizes(folder, GROUP_BYTES, FILE_BYTES)
    }

    pub(super) fn with_sizes(folder: &Path, group_bytes: usize, file_bytes: usize) -> io::Result<Self> {
        let tables = ALL
            .iter()
            .map(|table| TableWriter::new(folder, table, group_bytes, file_bytes));
        Ok(Self {
            tables: tables.collect::<io::Result<_>>()?,
        })
    }

    /// Adds the rows of a case.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn add(&mut self, case: &Case<'_>, diagnosis: Option<&Diagnosis>) -> io::Result<()> {
        rows(case, diagnosis, |table, cells| self.add_row(table, cells))
    }

    /// Adds one row, as [`rows`] hands it out.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn add_row(&mut self, table: &Table, cells: &[Cell<'_>]) -> io::Result<()> {
        let writer = self
            .tables
            .iter_mut()
            .find(|writer| writer.table.name == table.name);
        writer.map_or(Ok(()), |writer| writer.add(cells))
    }

    /// Writes what is held and closes the files.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn finish(self) -> io::Result<Vec<Written>> {
        self.tables.into_iter().map(TableWriter::finish).collect()
    }
}

struct TableWriter {
    table: &'static Table,
    folder: PathBuf,
    schema: TypePtr,
    properties: WriterPropertiesPtr,
    group_bytes: usize,
    file_bytes: usize,
    columns: Vec<Held>,
    held_bytes: usize,
    file: SerializedFileWriter<File>,
    written: Written,
}

impl std::fmt::Debug for TableWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableWriter")
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}

impl TableWriter {
    fn new(folder: &Path, table: &'static Table, group_bytes: usize, file_bytes: usize) -> io::Result<Self> {
        let folder = folder.join(table.name);
        std::fs::create_dir_all(&folder)?;
        let schema = schema(table)?;
        let properties = Arc::new(
            WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_created_by(concat!("logonscope ", env!("CARGO_PKG_VERSION")).to_owned())
                .build(),
        );
        let file = open(&folder, 0, &schema, &properties)?;
        Ok(Self {
            table,
            folder,
            schema,
            properties,
            group_bytes,
            file_bytes,
            columns: table.columns.iter().map(Held::new).collect(),
            held_bytes: 0,
            file,
            written: Written {
                table: table.name,
                rows: 0,
                files: 1,
                bytes: 0,
            },
        })
    }

    fn add(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (held, cell) in self.columns.iter_mut().zip(cells) {
            self.held_bytes = self.held_bytes.saturating_add(held.push(cell));
        }
        self.written.rows = self.written.rows.saturating_add(1);
        if self.held_bytes >= self.group_bytes {
            self.write_group()?;
        }
        Ok(())
    }

    fn write_group(&mut self) -> io::Result<()> {
        if self.file.bytes_written() >= self.file_bytes {
            let next = open(&self.folder, self.written.files, &self.schema, &self.properties)?;
            self.written.files = self.written.files.saturating_add(1);
            let full = std::mem::replace(&mut self.file, next);
            self.written.bytes = self.written.bytes.saturating_add(close(full)?);
        }
        let mut group = self.file.next_row_group()?;
        for held in &mut self.columns {
            held.write(&mut group)?;
        }
        group.close()?;
        self.held_bytes = 0;
        Ok(())
    }

    fn finish(mut self) -> io::Result<Written> {
        if self.held_bytes > 0 {
            self.write_group()?;
        }
        self.written.bytes = self.written.bytes.saturating_add(close(self.file)?);
        Ok(self.written)
    }
}

fn open(
    folder: &Path,
    number: u32,
    schema: &TypePtr,
    properties: &WriterPropertiesPtr,
) -> io::Result<SerializedFileWriter<File>> {
    let file = File::create(folder.join(format!("part-{number:05}.parquet")))?;
    Ok(SerializedFileWriter::new(
        file,
        Arc::clone(schema),
        Arc::clone(properties),
    )?)
}

fn close(file: SerializedFileWriter<File>) -> io::Result<u64> {
    let mut file = file;
    file.finish()?;
    file.inner().sync_all()?;
    Ok(file.inner().metadata()?.len())
}

fn schema(table: &Table) -> io::Result<TypePtr> {
    let fields = table.columns.iter().map(field).collect::<io::Result<_>>()?;
    let schema = Type::group_type_builder(table.name).with_fields(fields).build()?;
    Ok(Arc::new(schema))
}

fn field(column: &Column) -> io::Result<TypePtr> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Number => (Physical::INT64, None),
        Kind::Real => (Physical::DOUBLE, None),
        Kind::Flag => (Physical::BOOLEAN, None),
        Kind::Time => (
            Physical::INT64,
            Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
        ),
    };
    let repetition = if column.optional {
        Repetition::OPTIONAL
    } else {
        Repetition::REQUIRED
    };
    let builder = Type::primitive_type_builder(column.name, physical).with_logical_type(logical);
    Ok(Arc::new(builder.with_repetition(repetition).build()?))
}

/// The cells of one column that wait to be written.
struct Held {
    values: Values,
    /// For each row whether there is a value, where there need be none.
    levels: Option<Vec<i16>>,
}

enum Values {
    Text(Vec<ByteArray>),
    Whole(Vec<i64>),
    Real(Vec<f64>),
    Flag(Vec<bool>),
}

impl Held {
    fn new(column: &Column) -> Self {
        Self {
            values: match column.kind {
                Kind::Text => Values::Text(Vec::new()),
                Kind::Number | Kind::Time => Values::Whole(Vec::new()),
                Kind::Real => Values::Real(Vec::new()),
                Kind::Flag => Values::Flag(Vec::new()),
            },
            levels: column.optional.then(Vec::new),
        }
    }

    /// Holds one more cell; about how many bytes it takes. What is not of the column's kind counts as absent, and a missing value of
    /// a column that needs one as empty: no such row is made, and none may shift the others.
    fn push(&mut self, cell: &Cell<'_>) -> usize {
        let size = match (&mut self.values, cell) {
            (Values::Text(held), Cell::Text(text)) => {
                held.push(ByteArray::from(text.as_bytes().to_vec()));
                Some(text.len().saturating_add(size_of::<ByteArray>()))
            }
            (Values::Whole(held), Cell::Number(number)) => keep(held, *number),
            (Values::Whole(held), Cell::Time(time)) => keep(held, time.timestamp_micros()),
            (Values::Real(held), Cell::Real(number)) => keep(held, *number),
            (Values::Flag(held), Cell::Flag(flag)) => keep(held, *flag),
            _ => None,
        };
        match (&mut self.levels, size) {
            (Some(levels), _) => levels.push(i16::from(size.is_some())),
            (None, Some(_)) => {}
            (None, None) => match &mut self.values {
                Values::Text(held) => held.push(ByteArray::from("")),
                Values::Whole(held) => held.push(0),
                Values::Real(held) => held.push(0.0),
                Values::Flag(held) => held.push(false),
            },
        }
        size.unwrap_or(0).saturating_add(2)
    }

    fn write(&mut self, group: &mut SerializedRowGroupWriter<'_, File>) -> io::Result<()> {
        let Some(mut column) = group.next_column()? else {
            return Err(io::Error::other("a row group ends before its columns"));
        };
        let levels = self.levels.as_deref();
        match &mut self.values {
            Values::Text(held) => put::<ByteArrayType>(&mut column, held, levels)?,
            Values::Whole(held) => put::<Int64Type>(&mut column, held, levels)?,
            Values::Real(held) => put::<DoubleType>(&mut column, held, levels)?,
            Values::Flag(held) => put::<BoolType>(&mut column, held, levels)?,
        }
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
        Ok(column.close()?)
    }
}

fn keep<T>(held: &mut Vec<T>, value: T) -> Option<usize> {
    held.push(value);
    Some(size_of::<T>())
}

fn put<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    held: &mut Vec<T::T>,
    levels: Option<&[i16]>,
) -> io::Result<()> {
    column.typed::<T>().write_batch(held, levels, None)?;
    held.clear();
    Ok(())
}
