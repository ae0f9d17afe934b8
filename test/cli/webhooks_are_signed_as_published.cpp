// SPDX-License-Identifier: PostgreSQL
//
// Promise: a message is signed according to Standard Webhooks 1.0.0, so that any receiver's library accepts it.
//
// Why it could break: the prefix of the secret is used for signing, the secret is used as text instead of bytes, or a
// part of the signed content is left out.
#include <gtest/gtest.h>

#include "cli/follow.hpp"

namespace jb::test {
namespace {

constexpr const char* published_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

TEST(Webhooks, AreSignedAsPublished) {
  // The example of the reference libraries (standard-webhooks/standard-webhooks, libraries/*/test).
  const auto secret = cli::secret_bytes(published_secret);
  EXPECT_EQ(cli::signatures({secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Webhooks, AreSignedByEachSecret) {
  const auto secret = cli::secret_bytes(published_secret);
  const std::string one = cli::signatures({secret}, "id", "1", "{}");
  EXPECT_EQ(cli::signatures({secret, secret}, "id", "1", "{}"), one + " " + one);
  EXPECT_NE(cli::signatures({secret}, "id", "2", "{}"), one);
  EXPECT_NE(cli::signatures({secret}, "ie", "1", "{}"), one);
}

TEST(Webhooks, TakeNoSecretOfAnotherForm) {
  for (const char* text : {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=",
                           "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*"})
    EXPECT_THROW(cli::secret_bytes(text), std::runtime_error) << text;
  EXPECT_EQ(cli::secret_bytes("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBk=").size(), 26U);
}

}  // namespace
}  // namespace jb::test
