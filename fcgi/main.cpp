// SPDX-License-Identifier: PostgreSQL
//
// jb_fcgi: the FastCGI program between nginx and the extension. Settings: settings.hpp and libpq's PG* environment.
#include <cstdlib>
#include <exception>
#include <string>

#include "log.hpp"
#include "server.hpp"
#include "settings.hpp"

int main() {
  try {
    jb::gateway::serve(jb::gateway::read_settings(std::getenv));
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    jb::gateway::write_log("error=" + jb::gateway::log_value(error.what()) + "\n");
    return EXIT_FAILURE;
  }
}
