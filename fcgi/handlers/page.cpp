// SPDX-License-Identifier: PostgreSQL
#include "page.hpp"

#include <vector>

#include "../parameters.hpp"

namespace jb::gateway {

Response list_response(const pg::Result& result) {
  std::vector<std::string_view> items;
  for (int row = 0; row < result.rows(); ++row) items.push_back(result.view(row, 0));
  return json_response(200, json_array(items));
}

Response page_response(const Request& request, const pg::Result& result, const std::string& limit) {
  Response response = list_response(result);
  if (std::to_string(result.rows()) == limit)
    response.with("Link", next_link(request, result.view(result.rows() - 1, 1)));
  return response;
}

}  // namespace jb::gateway
