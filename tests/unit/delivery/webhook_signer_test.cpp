#include "delivery/webhook/webhook_signer.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::delivery;

namespace {

const std::string published_secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
const std::string published_signature{"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="};
constexpr std::string_view id{"msg_p5jXN8AQM9LWM0D4loKWxJek"};
constexpr std::string_view timestamp{"1614265330"};
constexpr std::string_view body{R"({"test": 2432232314})"};
const time_point then{std::chrono::seconds{1614265330}};

webhook_signer signer_of(const std::string& secret) {
  subscription_options options;
  options.secret = secret;
  return webhook_signer::make(options).value();
}

std::string sign(webhook_signer& signer, time_point now = then) {
  std::string out;
  signer.append(out, id, timestamp, body, now);
  return out;
}

}  // namespace

TEST_CASE("a signature is that of the Standard Webhooks reference vector, each time") {
  auto signer = signer_of(published_secret);

  CHECK(sign(signer) == published_signature);
  CHECK(sign(signer) == published_signature);
  CHECK(signer.signs(then));
}

TEST_CASE("a secret is read with its padding and without") {
  for (const char* text : {"AAECAw==", "AAECAw"}) {
    auto padded = signer_of("whsec_AAECAw==");
    auto signer = signer_of(std::string{"whsec_"} + text);
    CHECK(sign(signer) == sign(padded));
  }
}

TEST_CASE("a replaced secret signs next to its successor until its time is over") {
  subscription_options options;
  options.secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
  options.old_secret = retired_secret{published_secret, then + std::chrono::hours{1}};
  auto signer = webhook_signer::make(options).value();
  auto successor = signer_of(options.secret);

  CHECK(sign(signer, then) == sign(successor) + " " + published_signature);
  CHECK(sign(signer, then + std::chrono::hours{1}) == sign(successor));
}

TEST_CASE("a secret that was taken away signs until its time is over, then nothing does") {
  subscription_options options;
  options.old_secret = retired_secret{published_secret, then + std::chrono::hours{1}};
  auto signer = webhook_signer::make(options).value();

  CHECK(signer.signs(then));
  CHECK(sign(signer, then) == published_signature);
  CHECK_FALSE(signer.signs(then + std::chrono::hours{1}));
}

TEST_CASE("without a secret nothing is signed") { CHECK_FALSE(webhook_signer::make({}).value().signs(then)); }

TEST_CASE("what is no secret is refused with its pointer, and not repeated") {
  const std::vector<std::string> table{
      "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_=", "whsec_A", "whsec_AAAAA", "whsec_a b=", "whsec_AA==AA==",
      "whsec_" + std::string(1024, 'A')};
  for (const auto& secret : table) {
    CAPTURE(secret);
    subscription_options options;
    options.secret = secret;
    const auto made = webhook_signer::make(options);
    REQUIRE(made.has_error());
    REQUIRE(made.error().details.size() == 1);
    CHECK(made.error().details[0].pointer == "/options/secret");
    CHECK_THAT(made.error().message, !Catch::Contains(secret.substr(6) + "x"));
  }
}
