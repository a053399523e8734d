//! Rows as Arrow columns.

use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Float64Builder, Int64Builder, MapBuilder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator};
use arrow_schema::{ArrowError, Field, Schema};
use logonscope::model::Event;
use logonscope::tables::{Cell, Kind, Table};

/// A batch as a stream of one batch, as the Arrow C interface hands it over.
pub(crate) fn stream(batch: RecordBatch) -> FFI_ArrowArrayStream {
    let schema = batch.schema();
    FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema)))
}

/// The cells of one column.
enum Column {
    Text(StringBuilder),
    Number(Int64Builder),
    Real(Float64Builder),
    Flag(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
}

impl Column {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Number => Self::Number(Int64Builder::new()),
            Kind::Real => Self::Real(Float64Builder::new()),
            Kind::Flag => Self::Flag(BooleanBuilder::new()),
            Kind::Time => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// A cell of another kind than the column's is absent; the library makes none.
    fn push(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text(column), Cell::Text(text)) => column.append_value(text),
            (Self::Number(column), Cell::Number(number)) => column.append_value(*number),
            (Self::Real(column), Cell::Real(number)) => column.append_value(*number),
            (Self::Flag(column), Cell::Flag(flag)) => column.append_value(*flag),
            (Self::Time(column), Cell::Time(time)) => column.append_value(time.timestamp_micros()),
            (Self::Text(column), _) => column.append_null(),
            (Self::Number(column), _) => column.append_null(),
            (Self::Real(column), _) => column.append_null(),
            (Self::Flag(column), _) => column.append_null(),
            (Self::Time(column), _) => column.append_null(),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut column) => Arc::new(column.finish()),
            Self::Number(mut column) => Arc::new(column.finish()),
            Self::Real(mut column) => Arc::new(column.finish()),
            Self::Flag(mut column) => Arc::new(column.finish()),
            Self::Time(mut column) => Arc::new(column.finish()),
        }
    }
}

/// One table of a case.
pub(crate) struct TableColumns {
    pub(crate) table: &'static Table,
    columns: Vec<Column>,
}

impl TableColumns {
    pub(crate) fn new(table: &'static Table) -> Self {
        let columns = table
            .columns
            .iter()
            .map(|column| Column::new(column.kind))
            .collect();
        Self { table, columns }
    }

    pub(crate) fn push(&mut self, cells: &[Cell<'_>]) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell);
        }
    }

    pub(crate) fn finish(self) -> Result<(&'static str, RecordBatch), ArrowError> {
        let arrays: Vec<ArrayRef> = self.columns.into_iter().map(Column::finish).collect();
        let described = self.table.columns.iter().zip(&arrays);
        let fields: Vec<Field> = described
            .map(|(column, array)| Field::new(column.name, array.data_type().clone(), column.optional))
            .collect();
        Ok((
            self.table.name,
            RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?,
        ))
    }
}

const EVENT_COLUMNS: [(&str, Kind); 16] = [
    ("time", Kind::Time),
    ("clock", Kind::Text),
    ("computer", Kind::Text),
    ("channel", Kind::Text),
    ("provider", Kind::Text),
    ("id", Kind::Number),
    ("level", Kind::Text),
    ("sid", Kind::Text),
    ("activity", Kind::Text),
    ("process", Kind::Number),
    ("thread", Kind::Number),
    ("message", Kind::Text),
    ("path", Kind::Text),
    ("record", Kind::Number),
    ("line", Kind::Number),
    ("offset", Kind::Number),
];

/// Events, with their fields as a map from names to texts; unnamed ones are `#0`, `#1`, as elsewhere.
pub(crate) struct EventColumns {
    columns: Vec<Column>,
    fields: MapBuilder<StringBuilder, StringBuilder>,
}

impl Default for EventColumns {
    fn default() -> Self {
        Self {
            columns: EVENT_COLUMNS.iter().map(|(_, kind)| Column::new(*kind)).collect(),
            fields: MapBuilder::new(None, StringBuilder::new(), StringBuilder::new()),
        }
    }
}

impl EventColumns {
    pub(crate) fn rows(&self) -> usize {
        self.fields.len()
    }

    pub(crate) fn push(&mut self, event: &Event) -> Result<(), ArrowError> {
        let text = |text: &str| match text {
            "" => Cell::Absent,
            text => Cell::Text(text.to_owned().into()),
        };
        let maybe = |value: Option<&str>| value.map_or(Cell::Absent, text);
        let number = |value: Option<u64>| {
            value.map_or(Cell::Absent, |value| {
                Cell::Number(i64::try_from(value).unwrap_or(i64::MAX))
            })
        };
        let cells = [
            event.time.map_or(Cell::Absent, Cell::Time),
            text(event.clock.name()),
            text(&event.computer),
            text(&event.channel),
            text(&event.provider),
            number(event.id.map(u64::from)),
            text(event.level.name()),
            maybe(event.sid.as_deref()),
            maybe(event.activity.as_deref()),
            number(event.process.map(u64::from)),
            number(event.thread.map(u64::from)),
            maybe(event.message.as_deref()),
            text(&event.origin.path),
            number(event.origin.record),
            number(event.origin.line),
            number(event.origin.offset),
        ];
        for (column, cell) in self.columns.iter_mut().zip(&cells) {
            column.push(cell);
        }
        let mut unnamed = 0_usize;
        for field in &event.fields {
            if field.name.is_empty() {
                self.fields.keys().append_value(format!("#{unnamed}"));
                unnamed = unnamed.saturating_add(1);
            } else {
                self.fields.keys().append_value(&field.name);
            }
            self.fields.values().append_value(field.value.to_text());
        }
        self.fields.append(true)
    }

    pub(crate) fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let mut arrays: Vec<ArrayRef> = self.columns.into_iter().map(Column::finish).collect();
        let described = EVENT_COLUMNS.iter().zip(&arrays);
        let mut fields: Vec<Field> = described
            .map(|((name, _), array)| Field::new(*name, array.data_type().clone(), true))
            .collect();
        let map = self.fields.finish();
        fields.push(Field::new(
            "fields",
            arrow_array::Array::data_type(&map).clone(),
            true,
        ));
        arrays.push(Arc::new(map));
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
    }
}
