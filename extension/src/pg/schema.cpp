// SPDX-License-Identifier: PostgreSQL
#include "schema.hpp"

#include "guard.hpp"

extern "C" {
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace jb::pg {

namespace {

Oid schema = InvalidOid;
NameData schema_name;
unsigned version = 0;

constexpr std::string_view kPrefix = "jb_";

bool is_of_a_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

void find_schema() {
  if (!OidIsValid(entered_function)) return;
  use_schema(guarded([] { return get_func_namespace(entered_function); }));
}

void use_schema(Oid found) {
  guarded([&] {
    const char* name = OidIsValid(found) ? get_namespace_name(found) : nullptr;
    if (name == nullptr) ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA), errmsg("jb_scheduler has been dropped")));
    if (found == schema && strcmp(name, NameStr(schema_name)) == 0) return;
    schema = found;
    namestrcpy(&schema_name, name);
    ++version;
  });
}

unsigned schema_version() { return version; }

std::string qualified(std::string_view sql) {
  const std::string own = std::string(guarded([] { return quote_identifier(NameStr(schema_name)); })) + ".";
  std::string whole;
  bool is_quoted = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '\'') is_quoted = !is_quoted;
    const bool begins = i == 0 || !is_of_a_word(sql[i - 1]);
    if (!is_quoted && begins && sql.substr(i).starts_with(kPrefix)) whole += own;
    whole += sql[i];
  }
  return whole;
}

namespace {

/// Makes jb_sight?(…) a call of the function, or, where a database of an earlier version has no rights, 'read'.
/// Result: whether it is missing.
bool replace_sight(std::string& text) {
  constexpr std::string_view name = "jb_sight?(";
  if (text.find(name) == std::string::npos) return false;
  const bool is_there = has_relation("jb_grant");
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; ++at) {
    if (is_there) {
      text.erase(at + name.size() - 2, 1);
      continue;
    }
    const auto begin = text.find_last_of(" (", at) + 1;
    text.replace(begin, text.find(')', at) + 1 - begin, "'read'");
  }
  return !is_there;
}

/// Keeps each ?{TABLE.NAME: PART} of which the table has the column. Result: whether a column is missing.
bool keep_parts(std::string& text) {
  bool lacks_column = false;
  for (std::size_t at = 0; (at = text.find("?{", at)) != std::string::npos;) {
    const auto dot = text.find('.', at), colon = text.find(':', dot), end = text.find('}', colon);
    const auto table = text.substr(at + 2, dot - at - 2), column = text.substr(dot + 1, colon - dot - 1);
    const bool is_there = has_column(table.c_str(), column.c_str());
    lacks_column |= !is_there;
    text.replace(at, end + 1 - at, is_there ? text.substr(colon + 1, end - colon - 1) : "");
  }
  return lacks_column;
}

}  // namespace

RunnableSql runnable(std::string_view sql) {
  std::string kept(sql);
  const bool lacks_part = keep_parts(kept);
  RunnableSql result{qualified(kept)};
  auto& text = result.text;
  result.lacks_column = replace_sight(text) || lacks_part;
  for (std::size_t at = 1; (at = text.find('?', at)) != std::string::npos; ++at) {
    if (!is_of_a_word(text[at - 1])) continue;  // an operator
    const auto dot = text.rfind('.', at);
    const bool is_there = has_column("jb_event", text.substr(dot + 1, at - dot - 1).c_str());
    result.lacks_column |= !is_there;
    const auto begin = is_there ? at : dot - 1;
    text.replace(begin, at + 1 - begin, is_there ? "" : "NULL");
    at = begin;
  }
  return result;
}

Oid relation(const char* name) {
  return guarded([&] {
    const Oid found = get_relname_relid(name, schema);
    if (!OidIsValid(found)) ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table \"%s\" is gone", name)));
    return found;
  });
}

bool has_relation(const char* name) {
  return guarded([&] { return OidIsValid(get_relname_relid(name, schema)); });
}

bool has_column(const char* table, const char* column) {
  const Oid found = relation(table);
  return guarded([&] { return get_attnum(found, column); }) != InvalidAttrNumber;
}

}  // namespace jb::pg
