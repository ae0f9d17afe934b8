// SPDX-License-Identifier: PostgreSQL
#include "versions.hpp"

#include <charconv>
#include <set>

namespace jb::gateway {

namespace {

constexpr std::string_view later_mark = "/*1.1*/", before_mark = "/*1.0 ", end_mark = "*/";

std::set<int> parameters_in(std::string_view sql) {
  std::set<int> numbers;
  for (std::size_t at = sql.find('$'); at != std::string_view::npos; at = sql.find('$', at + 1)) {
    int number = 0;
    std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
    if (number > 0) numbers.insert(number);
  }
  return numbers;
}

}  // namespace

std::string text_of_1_0(std::string_view sql) {
  std::string text;
  for (std::size_t begin = sql.find(later_mark); begin != std::string_view::npos; begin = sql.find(later_mark)) {
    text += sql.substr(0, begin);
    sql.remove_prefix(sql.find(before_mark, begin) + before_mark.size());
    const std::size_t end = sql.find(end_mark);
    text += sql.substr(0, end);
    sql.remove_prefix(end + end_mark.size());
  }
  return text.append(sql);
}

std::vector<int> parameters_since_1_1(std::string_view sql) {
  auto numbers = parameters_in(sql);
  for (const int number : parameters_in(text_of_1_0(sql))) numbers.erase(number);
  return {numbers.begin(), numbers.end()};
}

}  // namespace jb::gateway
