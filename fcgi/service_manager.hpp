// SPDX-License-Identifier: PostgreSQL
//
// What systemd is told of the program (sd_notify(3)): a datagram to the socket that NOTIFY_SOCKET names, for which no
// library is needed. Whoever started the program otherwise hears nothing.
#pragma once

#include <string_view>

namespace jb::gateway {

/// "READY=1", "STOPPING=1". What cannot be told is left: the program serves all the same. Result: whether it was sent.
bool tell_service_manager(std::string_view state);

}  // namespace jb::gateway
