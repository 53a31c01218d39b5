#include "config/config.hpp"
#include "config_fixture.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr;
using namespace eventmgr::config;
using namespace std::chrono_literals;

TEST_CASE("a file sets what it names and leaves the rest as it is") {
  const config_file file{R"(
port: 4000
threads: 4
dataDir: "/srv/events"
database: {url: "sqlite:", queryTimeout: 2s}
queue:
  maxSize: 20000
  maxBytes: 128MiB
limits: {maxBodyBytes: 16MiB}
metrics: {enabled: false}
cors: {allowedOrigins: ["https://app.example.org"]}
topics:
  - {name: project.created, description: A project exists.}
  - name: knowledge/document/uploaded
)"};

  const auto read = file.load();

  REQUIRE(file.lines(read.errors) == strings{});
  CHECK(read.warnings.empty());
  CHECK(read.values.port == 4000);
  CHECK(read.values.threads == 4);
  CHECK(read.values.data_dir == "/srv/events");
  CHECK(read.values.database.query_timeout == 2s);
  CHECK(read.values.queue.max_size == 20000);
  CHECK(read.values.queue.max_bytes == 128ULL << 20U);
  CHECK(read.values.queue.batch_size == 100);
  CHECK(read.values.limits.max_body_bytes == 16ULL << 20U);
  CHECK_FALSE(read.values.metrics.enabled);
  CHECK(read.values.cors.allowed_origins == strings{"https://app.example.org"});
  REQUIRE(read.values.topics.size() == 2);
  CHECK(read.values.topics[0].topic.str() == "project/created");
  CHECK(read.values.topics[0].description == "A project exists.");
  CHECK(read.values.topics[1].topic.str() == "knowledge/document/uploaded");
}

TEST_CASE("one mistake is reported at its place") {
  const auto [text, line] = GENERATE(table<std::string, std::string>({
      {"queue:\n  maxSize: 0\n", "f.yaml:2:12: queue.maxSize: must be between 1 and 10000000"},
      {"limits: {maxDepth: 1}\n", "f.yaml:1:20: limits.maxDepth: must be between 2 and 1000"},
      {"port: 65536\n", "f.yaml:1:7: port: must be between 0 and 65535"},
      {"port: '3004'\n", "f.yaml:1:7: port: must be a whole number"},
      {"port: -1\n", "f.yaml:1:7: port: must be a whole number"},
      {"port:\n", "f.yaml:1:1: port: must be a whole number"},
      {"port: [3004]\n", "f.yaml:1:7: port: must be a whole number"},
      {"metrics: {enabled: yes}\n", "f.yaml:1:20: metrics.enabled: must be true or false"},
      {"queue: {maxBytes: 64MB}\n", "f.yaml:1:19: queue.maxBytes: must be a size, as 4096, 64KiB or 1MiB"},
      {"queue: {maxBytes: 1KiB}\n", "f.yaml:1:19: queue.maxBytes: must be between 64KiB and 64GiB"},
      {"database: {queryTimeout: soon}\n",
       "f.yaml:1:26: database.queryTimeout: must be milliseconds, or a duration as 5s"},
      {"database: {queryTimeout: 2h}\n", "f.yaml:1:26: database.queryTimeout: must be between 1ms and 1h"},
      {"database: {url: 'mysql://x'}\n", "f.yaml:1:17: database.url: must be sqlite: or sqlite:PATH"},
      {"dataDir: [a]\n", "f.yaml:1:10: dataDir: must be text"},
      {"host: example.org\n", "f.yaml:1:7: host: must be an IP address or localhost"},
      {"cors: {allowedOrigins: '*'}\n", "f.yaml:1:24: cors.allowedOrigins: must be a list"},
      {"queue: 5\n", "f.yaml:1:8: queue: is a section: it must hold keys and values"},
      {"- port\n", "f.yaml:1:1: must hold keys and values, as port: 3004"},
      {"prot: 1\n", "f.yaml:1:1: prot: is not a known key; did you mean port?"},
      {"queue:\n  colour: red\n", "f.yaml:2:3: queue.colour: is not a known key"},
      {"port: 1\nport: 1\n", "f.yaml:2:1: port: is given twice"},
      {"queue: {maxSize: 2000}\nqueue: {maxSize: 3000}\n", "f.yaml:2:1: queue: is given twice"},
      {"redis: {url: 'redis://x'}\n", "f.yaml:1:1: redis: is not supported by this release"},
      {"database: {maxConnections: 20}\n", "f.yaml:1:12: database.maxConnections: is not supported by this release"},
      {"topics: 5\n", "f.yaml:1:9: topics: must be a list"},
      {"topics: [{description: x}]\n", "f.yaml:1:10: topics[0]: must have a name"},
      {"topics: [a]\n", "f.yaml:1:10: topics[0]: must be a topic, as {name: project/created, description: \"...\"}"},
      {"topics: [{name: a, schema: s.json}]\n", "f.yaml:1:20: topics[0].schema: is not supported by this release"},
      {"topics: [{name: a, colour: red}]\n", "f.yaml:1:20: topics[0].colour: is not a known key"},
      {"topics: [{name: a, name: b}]\n", "f.yaml:1:20: topics[0].name: is given twice"},
      {"topics: [{name: a/b}, {name: a.b}]\n", "f.yaml:1:23: topics[1]: a/b is declared twice"},
  }));
  const config_file file{text};
  CHECK(file.mistakes() == strings{line});
}

TEST_CASE("every mistake is reported at once, in the order of the file") {
  const config_file file{R"(port: many
colour: red
queue:
  maxSize: 0
  maxSize: 5
redis: {url: x}
topics:
  - {name: "a//b"}
  - {name: a, retention: {maxAge: 90d}}
)"};

  const auto lines = file.mistakes();

  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == "f.yaml:1:7: port: must be a whole number");
  CHECK(lines[1] == "f.yaml:2:1: colour: is not a known key");
  CHECK(lines[2] == "f.yaml:4:12: queue.maxSize: must be between 1 and 10000000");
  CHECK(lines[3] == "f.yaml:5:3: queue.maxSize: is given twice");
  CHECK(lines[4] == "f.yaml:6:1: redis: is not supported by this release");
  CHECK(lines[5].starts_with("f.yaml:8:12: topics[0].name: "));
  CHECK(lines[6] == "f.yaml:9:15: topics[1].retention: is not supported by this release");
}

TEST_CASE("listening beyond loopback has to be asked for by name") {
  const config_file open{"host: 0.0.0.0\n"};
  REQUIRE(open.mistakes().size() == 1);
  CHECK(open.mistakes()[0].starts_with("f.yaml:1:7: host: listening on 0.0.0.0 is open to other machines"));
  CHECK(open.mistakes()[0].find("security.insecure") != std::string::npos);

  CHECK(config_file{"host: 0.0.0.0\nsecurity: {insecure: true}\n"}.load().ok());
  CHECK(config_file{"host: ::1\n"}.load().ok());
  CHECK(config_file{"host: localhost\n"}.load().values.host == "127.0.0.1");
}

TEST_CASE("values that contradict each other are mistakes") {
  CHECK(config_file{"metrics: {port: 3004}\n"}.mistakes() ==
        strings{"f.yaml:1:17: metrics.port: port and metrics.port are both 3004"});
  CHECK(config_file{"metrics: {port: 3004, enabled: false}\n"}.load().ok());
  CHECK(config_file{"limits: {maxEventBytes: 16MiB}\n"}.mistakes() ==
        strings{"f.yaml:1:25: limits.maxEventBytes: limits.maxEventBytes is more than limits.maxBodyBytes"});
  CHECK(config_file{"queue: {maxBytes: 512KiB}\n"}.mistakes() ==
        strings{"f.yaml:1:19: queue.maxBytes: an event of limits.maxEventBytes does not fit queue.maxBytes"});
}

TEST_CASE("a queue smaller than the largest batch is worth a warning") {
  const config_file file{"queue: {maxSize: 500}\n"};
  const auto read = file.load();
  CHECK(read.ok());
  CHECK(file.lines(read.warnings) ==
        strings{"f.yaml:1:18: queue.maxSize: a batch of limits.maxBatch events does not fit queue.maxSize"});
}

TEST_CASE("a section whose keys are all commented out is empty") {
  CHECK(config_file{"queue:\n#  maxSize: 5\nport: 4000\n"}.load().values.port == 4000);
}

TEST_CASE("a file that cannot be read is one mistake that names it") {
  CHECK(lines(load({"/nonexistent/eventmgrd.yaml", {}, {}}).errors) ==
        strings{"/nonexistent/eventmgrd.yaml: no such file"});
  CHECK(lines(load({"/", {}, {}}).errors) == strings{"/: is a directory"});
  CHECK(config_file{"# " + std::string(max_file_bytes, 'x')}.mistakes() == strings{"f.yaml: is larger than 1 MiB"});
}

TEST_CASE("a broken file does not hide what the command line has wrong") {
  const config_file file{"port: [1\n"};
  const auto read = load({file.path(), {}, {{"--set", "colour", "red"}}});
  REQUIRE(read.errors.size() == 2);
  CHECK(to_string(read.errors[1]) == "command line: --set colour: is not a known key");
}
