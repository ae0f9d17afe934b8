// SPDX-License-Identifier: PostgreSQL
//
// Promise: base64 is read exactly as RFC 4648 writes it, so that a file comes back byte for byte or not at all.
//
// Why it could break: padding in the wrong place, or a truncated group, silently loses a byte.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/event/event.hpp"

namespace jb::test {
namespace {

/// Encodes base64 in the plainest way: all bits in one string, cut into groups of six.
std::string encode(const std::string& bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : bytes)
    for (int i = 7; i >= 0; --i) bits += (static_cast<unsigned char>(c) >> i & 1) != 0 ? '1' : '0';
  std::string text;
  for (std::size_t at = 0; at < bits.size(); at += 6) {
    auto six = bits.substr(at, 6);
    six.resize(6, '0');
    text += letters[std::stoul(six, nullptr, 2)];
  }
  while (text.size() % 4 != 0) text += '=';
  return text;
}

TEST(Base64, FollowsTheVectorsOfTheRfc) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
}

TEST(Base64, TakesLineBreaksAnywhere) {
  EXPECT_EQ(decode_base64("Zm9v\nYmFy\r\n"), "foobar");
  EXPECT_EQ(decode_base64(" Z g = = "), "f");
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm8", "Z===", "====", "=", "Zg==Zg==", "Zg===", "Zg=x", "Zm9v=", "Zm9*",
                           "Zm9-", "Zm9_", "Zm9v\xC3\xBC", "Zg==x", "Zm9v,"})
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  EXPECT_EQ(decode_base64(std::string_view("Zm9v\0", 5)), std::nullopt);
}

RC_GTEST_PROP(Base64, GivesBackEveryByte, (std::string bytes)) { RC_ASSERT(decode_base64(encode(bytes)) == bytes); }

std::vector<std::string> refused(const std::string& text) {
  Validation validation;
  read_attachment(validation, "", text);
  if (validation.ok()) return {};
  return {validation.failure().message};
}

TEST(Attachments, HaveNamesThatLeadNowhere) {
  for (const char* name : {"a", "Grüße.pdf", ".profile", "a b", "...", "a:b", "con"})
    EXPECT_EQ(refused(R"({"data": "YQ==", "name": ")" + std::string(name) + "\"}").size(), 0u) << name;
  for (const char* name : {"", ".", "..", "a/b", "/", R"(a\\b)", R"(a\nb)", R"(a\u007f)", R"(a\u0000)"})
    EXPECT_EQ(refused(R"({"data": "YQ==", "name": ")" + std::string(name) + "\"}").size(), 1u) << name;
}

TEST(Attachments, HaveMediaTypesThatEveryReaderReadsAlike) {
  for (const char* type : {"text/plain", "text/plain; charset=utf-8", R"(text/plain ;a=\"b;\\\"c\" ;;d=e)"})
    EXPECT_EQ(refused(R"({"name": "x", "data": "YQ==", "media_type": ")" + std::string(type) + "\"}").size(), 0u)
        << type;
  for (const char* type : {"", "text", "text/", "/plain", "text/plain x", "text/plain; a", "text/plain; a=",
                           R"(text/plain; a=\"b)", R"(text/plain; a=\"b\\\")", R"(text/plain; a=\"b\"c)"})
    EXPECT_EQ(refused(R"({"name": "x", "data": "YQ==", "media_type": ")" + std::string(type) + "\"}").size(), 1u)
        << type;
}

TEST(Attachments, AreAtSafeAddresses) {
  for (const char* url : {"http://a", "https://a.example/b?c#d", "HTTP://A", "https://[::1]:8080/", "https://a/%20"})
    EXPECT_EQ(refused(R"({"name": "x", "url": ")" + std::string(url) + "\"}").size(), 0u) << url;
  for (const char* url : {"",
                          "a",
                          "//a",
                          "/a",
                          "http:",
                          "http:/a",
                          "http://",
                          "http:///a",
                          "http://?a",
                          "ftp://a",
                          "javascript:alert(1)",
                          " https://a",
                          "https://a b",
                          R"(https://a\nb)",
                          "https://a/\u202e",
                          "https://a/\u0085",
                          "https://a/\u2028",
                          "data:text/html,a",
                          "file:///a",
                          "mailto:a@b",
                          R"(https://\\a)"})
    EXPECT_EQ(refused(R"({"name": "x", "url": ")" + std::string(url) + "\"}").size(), 1u) << url;
}

}  // namespace
}  // namespace jb::test
