#include "command_line.hpp"

int main(int argc, char** argv) { return eventmgr::evctl::run_command_line(argc, argv); }
