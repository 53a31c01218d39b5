#include "config/config.hpp"
#include "config_fixture.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr;
using namespace eventmgr::config;
using namespace std::chrono_literals;

namespace {

outcome load_only(environment variables, std::vector<assignment> command_line = {}) {
  return load({"/dev/null", std::move(variables), std::move(command_line)});
}

}  // namespace

TEST_CASE("the command line goes before the environment, and that before the file") {
  const config_file file{"port: 1000\nthreads: 2\nqueue: {batchSize: 7}\n"};

  const auto read = load({file.path(),
                          {{"EVENTMGR_PORT", "2000"}, {"EVENTMGR_THREADS", "3"}},
                          {{"--listen", "port", "3000"}, {"--set", "port", "4000"}}});

  REQUIRE(read.ok());
  CHECK(read.values.port == 4000);
  CHECK(read.values.threads == 3);
  CHECK(read.values.queue.batch_size == 7);
}

TEST_CASE("a value that is overridden must be right, too") {
  const auto read = load_only({{"EVENTMGR_PORT", "many"}}, {{"--set", "port", "4000"}});
  CHECK(lines(read.errors) == strings{"environment: EVENTMGR_PORT: must be a whole number"});
}

TEST_CASE("an empty variable counts as absent") {
  CHECK(load_only({{"EVENTMGR_PORT", ""}, {"DATABASE_URL", ""}, {"REDIS_URL", ""}}).ok());
}

TEST_CASE("lists are names with commas between them, or YAML") {
  const auto plain = load_only({{"EVENTMGR_CORS_ALLOWED_ORIGINS", "https://a.example, https://b.example"}});
  REQUIRE(plain.ok());
  CHECK(plain.values.cors.allowed_origins == strings{"https://a.example", "https://b.example"});

  const auto yaml = load_only({}, {{"--set", "topics", "[{name: a/b, description: Both.}]"}});
  REQUIRE(yaml.ok());
  REQUIRE(yaml.values.topics.size() == 1);
  CHECK(yaml.values.topics[0].description == "Both.");

  const auto names = load_only({}, {{"--set", "topics", "a/b,c"}});
  REQUIRE(names.ok());
  CHECK(names.values.topics.size() == 2);

  CHECK(lines(load_only({}, {{"--set", "topics", "a,b//c"}}).errors)
            .at(0)
            .starts_with("command line: --set topics[1].name: "));
  CHECK(load_only({}, {{"--set", "topics", "[{name: a"}}).errors.size() == 1);
}

TEST_CASE("DATABASE_URL names the store, unless our own variable does") {
  CHECK(load_only({{"DATABASE_URL", "sqlite:/a.db"}}).values.database.url == "sqlite:/a.db");
  CHECK(load_only({{"DATABASE_URL", "sqlite:/a.db"}, {"EVENTMGR_DATABASE_URL", "sqlite:/b.db"}}).values.database.url ==
        "sqlite:/b.db");
  CHECK(lines(load_only({{"DATABASE_URL", "postgresql://dadms:password@postgres:5432/dadms_events"}}).errors) ==
        strings{"environment: DATABASE_URL: a PostgreSQL store is not supported by this release"});
}

TEST_CASE("variables of neighbouring services are no mistake, but said to be unused") {
  const auto read = load_only({{"REDIS_URL", "redis://redis:6379"}, {"VECTOR_STORE_URL", "http://qdrant:6333"}});
  CHECK(read.ok());
  CHECK(lines(read.warnings) == strings{"environment: REDIS_URL: is not used by this release",
                                        "environment: VECTOR_STORE_URL: is not used by this release"});
}

TEST_CASE("our own variables are known, for a later release, or a warning") {
  const auto read = load_only({{"EVENTMGR_REDIS_URL", "redis://x"}, {"EVENTMGR_COLOUR", "red"}});
  CHECK(lines(read.errors) == strings{"environment: EVENTMGR_REDIS_URL: is not supported by this release"});
  CHECK(lines(read.warnings) == strings{"environment: EVENTMGR_COLOUR: is not a known variable"});
}

TEST_CASE("what evctl and Kubernetes service links put into the environment is passed over") {
  const auto read = load_only({{"EVENTMGR_URL", "http://127.0.0.1:3004"},
                               {"EVENTMGR_TOKEN", "t"},
                               {"EVENTMGR_CONTEXT", "c"},
                               {"EVENTMGR_PORT", "tcp://10.0.0.1:3004"},
                               {"EVENTMGR_PORT_3004_TCP_ADDR", "10.0.0.1"},
                               {"EVENTMGR_SERVICE_HOST", "10.0.0.1"},
                               {"EVENTMGR_SERVICE_PORT_HTTP", "3004"},
                               {"EVENTMGR_METRICS_PORT", "tcp://10.0.0.2:9090"},
                               {"EVENTMGR_METRICS_PORT_9090_TCP_PORT", "9090"},
                               {"EVENTMGR_METRICS_SERVICE_HOST", "10.0.0.2"},
                               {"EVENTMGR_GOSSIP_PORT", "udp://10.0.0.3:7946"}});
  CHECK(read.ok());
  CHECK(read.warnings.empty());
  CHECK(read.values.port == 3004);
  CHECK(read.values.metrics.port == settings{}.metrics.port);
  CHECK(load_only({{"EVENTMGR_METRICS_PORT", "9191"}}).values.metrics.port == 9191);
  CHECK_FALSE(load_only({{"EVENTMGR_METRICS_PORT", "http://10.0.0.2:9090"}}).ok());
}

TEST_CASE("mistakes of the command line name the option and the key") {
  const auto read = load_only({}, {{"--listen", "port", "70000"},
                                   {"--set", "queue.maxsize", "5"},
                                   {"--set", "queue", "5"},
                                   {"--set", "redis.url", "x"}});
  CHECK(lines(read.errors) ==
        strings{"command line: --listen port: must be between 0 and 65535",
                "command line: --set queue.maxsize: is not a known key; did you mean queue.maxSize?",
                "command line: --set queue: is a section: it must hold keys and values",
                "command line: --set redis.url: is not supported by this release"});
}

TEST_CASE("a cross check names the source of the value that it objects to") {
  const auto read = load_only({}, {{"--listen", "host", "0.0.0.0"}});
  REQUIRE(read.errors.size() == 1);
  CHECK(to_string(read.errors[0]).starts_with("command line: host: listening on 0.0.0.0"));
}

TEST_CASE("the data folder is the one that is set, else systemd's, else the user's") {
  settings values;
  const environment all{{"STATE_DIRECTORY", "/var/lib/eventmgr:/var/lib/other"},
                        {"XDG_STATE_HOME", "/home/u/state"},
                        {"HOME", "/home/u"}};
  CHECK(data_directory(values, all) == "/var/lib/eventmgr");
  CHECK(data_directory(values, {{"XDG_STATE_HOME", "/home/u/state"}, {"HOME", "/home/u"}}) == "/home/u/state/eventmgr");
  CHECK(data_directory(values, {{"HOME", "/home/u"}}) == "/home/u/.local/state/eventmgr");
  CHECK(data_directory(values, {}).empty());
  values.data_dir = "/srv/events";
  CHECK(data_directory(values, all) == "/srv/events");
}
