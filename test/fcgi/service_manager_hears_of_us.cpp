// SPDX-License-Identifier: PostgreSQL
//
// Promise: systemd hears when the program is ready and when it ends (Type=notify), by the socket that systemd names, a
// file or an abstract socket; without systemd nothing happens.
//
// Why it could break: the name of an abstract socket ends where its length says and not at a zero; systemd kills a
// program whose start is never reported.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "fcgi/descriptor.hpp"
#include "fcgi/service_manager.hpp"

namespace jb::test {
namespace {

using gateway::tell_service_manager;

/// A service manager that listens where `name` says: a path, or @ and a name in no file system.
class Manager {
 public:
  explicit Manager(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    if (bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length) != 0) ADD_FAILURE() << name;
    setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~Manager() { unsetenv("NOTIFY_SOCKET"); }

  std::string heard() const {
    char text[100];
    const auto length = recv(socket_.get(), text, sizeof text, MSG_DONTWAIT);
    return length < 0 ? "" : std::string(text, static_cast<std::size_t>(length));
  }

 private:
  gateway::Descriptor socket_;
};

TEST(ServiceManager, HearsByAFile) {
  const std::string path = "/tmp/jb_notify." + std::to_string(getpid());
  unlink(path.c_str());
  const Manager manager(path);
  EXPECT_TRUE(tell_service_manager("READY=1"));
  EXPECT_EQ(manager.heard(), "READY=1");
  EXPECT_TRUE(tell_service_manager("STOPPING=1"));
  EXPECT_EQ(manager.heard(), "STOPPING=1");
  unlink(path.c_str());
  EXPECT_FALSE(tell_service_manager("READY=1")) << "a manager that is gone keeps nobody from serving";
}

TEST(ServiceManager, HearsByAnAbstractName) {
  const Manager manager("@jb_notify." + std::to_string(getpid()));
  EXPECT_TRUE(tell_service_manager("READY=1"));
  EXPECT_EQ(manager.heard(), "READY=1");
}

TEST(ServiceManager, NeedNotBeThere) {
  unsetenv("NOTIFY_SOCKET");
  EXPECT_FALSE(tell_service_manager("READY=1"));
  setenv("NOTIFY_SOCKET", std::string(200, 'x').c_str(), 1);
  EXPECT_FALSE(tell_service_manager("READY=1")) << "a path that no socket can have";
  unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace jb::test
