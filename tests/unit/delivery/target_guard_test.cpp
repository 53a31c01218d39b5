#include "delivery/common/target_guard.hpp"

#include <boost/asio/ip/address.hpp>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

using eventmgr::delivery::why_refused;

TEST_CASE("addresses that only the machine itself should reach, or that are no host, are refused") {
  const std::vector<std::string> refused{
      "169.254.169.254",  // AWS, Google, Azure, ...
      "169.254.170.2",    // ECS
      "169.254.0.1",
      "100.100.100.200",  // Alibaba
      "168.63.129.16",    // Azure
      "192.0.0.192",      // Oracle
      "0.0.0.0",
      "0.1.2.3",
      "224.0.0.1",
      "239.255.255.255",
      "240.0.0.1",
      "255.255.255.255",
      "::",
      "fe80::1",
      "febf:ffff::1",
      "fd00:ec2::254",  // AWS
      "fd00:ec2::23",   // AWS, pods
      "fd20:ce::254",   // Google
      "ff02::1",
      "::ffff:169.254.169.254",  // mapped
      "::ffff:0.0.0.0",
      "::ffff:255.255.255.255",
      "::169.254.169.254",         // compatible
      "::ffff:0:169.254.169.254",  // translated
      "64:ff9b::169.254.169.254",  // NAT64
      "64:ff9b::a9fe:a9fe",
      "64:ff9b:1::169.254.169.254",            // NAT64, local, 96 bits
      "64:ff9b:1:a9fe:a9:fe00::",              // NAT64, local, 48 bits
      "2002:a9fe:a9fe::1",                     // 6to4
      "2001:0:4136:e378:8000:63bf:5601:5601",  // Teredo
      "2001:db8::5efe:169.254.169.254",        // ISATAP
      "2001:db8::200:5efe:169.254.169.254",
  };
  for (const auto& text : refused) {
    CAPTURE(text);
    CHECK_FALSE(why_refused(boost::asio::ip::make_address(text)).empty());
  }
}

TEST_CASE("public, private and loopback addresses are let pass") {
  const std::vector<std::string> open{
      "127.0.0.1",
      "10.0.0.1",
      "172.16.0.1",
      "192.168.1.1",
      "169.253.255.255",
      "169.255.0.1",
      "100.100.100.201",
      "100.64.0.1",
      "8.8.8.8",
      "223.255.255.255",
      "1.0.0.0",
      "::1",
      "fd00::1",
      "fd00:ec3::254",
      "fec0::1",
      "fe7f::1",
      "2606:4700::1111",
      "::ffff:127.0.0.1",
      "::ffff:10.0.0.1",
      "64:ff9b::8.8.8.8",
      "64:ff9b:1:808:8:800::",
      "2002:808:808::1",
      "2001:0:4136:e378:8000:63bf:f7f7:f7f7",
      "2001:db8::5efe:10.0.0.1",
  };
  for (const auto& text : open) {
    CAPTURE(text);
    CHECK(why_refused(boost::asio::ip::make_address(text)) == "");
  }
}
