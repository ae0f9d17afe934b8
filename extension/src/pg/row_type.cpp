// SPDX-License-Identifier: PostgreSQL
#include "row_type.hpp"

#include "columns.hpp"
#include "datum.hpp"
#include "schema.hpp"

extern "C" {
#include "funcapi.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
}

namespace jb::pg {

namespace {

TupleDesc result_descriptor(FunctionCallInfo info) {
  return guarded([&]() -> TupleDesc {
    TupleDesc descriptor = nullptr;
    Oid type = InvalidOid;
    switch (get_call_result_type(info, &type, &descriptor)) {
      case TYPEFUNC_COMPOSITE:
        return BlessTupleDesc(descriptor);
      case TYPEFUNC_SCALAR:
        descriptor = CreateTemplateTupleDesc(1);
        TupleDescInitEntry(descriptor, 1, "value", type, -1, 0);
        return descriptor;
      default:
        elog(ERROR, "the result type of the function is not known");
    }
  });
}

Oid type_of(const char* name) {
  const Oid found = relation(name);
  return guarded([&] { return get_rel_type_id(found); });
}

void deform(HeapTupleHeader row, TupleDesc descriptor, Columns& columns) {
  HeapTupleData tuple{};
  tuple.t_len = HeapTupleHeaderGetDatumLength(row);
  tuple.t_data = row;
  columns.read(&tuple, descriptor);
}

}  // namespace

RowType::RowType(FunctionCallInfo info) : descriptor_(result_descriptor(info)) {}

RowType::RowType(const char* name) : RowType(type_of(name)) {}

RowType::RowType(Oid type) : descriptor_(guarded([&] { return lookup_rowtype_tupdesc_copy(type, -1); })) {}

Datum RowType::row(Values columns) const {
  Columns all(columns);
  return guarded([&] { return HeapTupleGetDatum(heap_form_tuple(descriptor_, all.values.data(), all.nulls.data())); });
}

std::optional<Datum> RowType::row(std::span<const std::pair<std::string_view, Param>> columns) const {
  if (columns.size() != static_cast<std::size_t>(descriptor_->natts)) return std::nullopt;
  std::vector<Param> all(static_cast<std::size_t>(descriptor_->natts));
  std::size_t at = all.size() - 1;
  for (const auto& [name, value] : columns) {
    std::size_t tried = 0;
    do {
      at = (at + 1) % all.size();
      if (++tried > all.size()) throw std::logic_error("there is no column " + std::string(name));
    } while (name != NameStr(TupleDescAttr(descriptor_, static_cast<int>(at))->attname));
    all[at] = value;
  }
  return row(Values(all));
}

std::vector<Param> RowType::columns_of(Datum row) const {
  Columns all;
  guarded([&] { deform(DatumGetHeapTupleHeader(row), descriptor_, all); });
  std::vector<Param> columns;
  for (int i = 0; i < descriptor_->natts; ++i) {
    const auto at = static_cast<std::size_t>(i);
    columns.push_back(all.nulls.at(at) ? Param() : Param(all.values.at(at)));
  }
  return columns;
}

Datum RowType::array(const std::vector<Datum>& rows) const { return array_of(rows, number()); }

Oid RowType::number() const { return descriptor_->tdtypeid; }

Oid RowType::column(int place) const { return TupleDescAttr(descriptor_, place - 1)->atttypid; }

NamedRow::NamedRow(Datum row) {
  Columns all;
  guarded([&] {
    HeapTupleHeader header = DatumGetHeapTupleHeader(row);
    descriptor_ = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
    deform(header, descriptor_, all);
  });
  columns_.reserve(static_cast<std::size_t>(descriptor_->natts));
  for (int i = 0; i < descriptor_->natts; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const FormData_pg_attribute& column = *TupleDescAttr(descriptor_, i);
    if (column.attisdropped) continue;
    columns_.push_back(
        {NameStr(column.attname), column.atttypid, all.nulls.at(at) ? Param() : Param(all.values.at(at))});
  }
}

// After an error the backend lets the row type go by itself.
NamedRow::~NamedRow() {
  if (std::uncaught_exceptions() > 0) return;
  ReleaseTupleDesc(descriptor_);
}

NamedRow::Column NamedRow::at(std::string_view name) {
  for (std::size_t tried = 0; tried < columns_.size(); ++tried) {
    if (next_ >= columns_.size()) next_ = 0;
    const auto& column = columns_[next_++];
    if (column.name == name) return column;
  }
  return {name, InvalidOid, {}};
}

RowArray::RowArray(const RowType& type, int column)
    : item_(guarded([&] { return get_element_type(type.column(column)); })) {}

void RowArray::add(Values columns) {
  if (!type_) type_.emplace(item_);
  rows_.push_back(type_->row(columns));
}

Datum RowArray::value() const { return array_of(rows_, item_); }

Datum returned_row(const Rows& rows) {
  return guarded([&] {
    return PointerGetDatum(SPI_returntuple(rows.tuple(0), BlessTupleDesc(CreateTupleDescCopy(rows.descriptor()))));
  });
}

}  // namespace jb::pg
