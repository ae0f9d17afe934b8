// SPDX-License-Identifier: PostgreSQL
//
// The road: the least that takes a POST from nginx to a committed row. Eight threads wait for requests on one FastCGI
// socket, each with its own session and one prepared INSERT under the scheduler's exclusion constraint
// (bench/peers/bare.sql). The caller is not identified, the body is read by the load's own pattern, and only answer 201
// is good. No front end in this architecture, nginx before libfcgi before libpq, can be faster. On the floor, each
// thread calls floor_book (bench/peers/floor.c) instead, which is the limit for writing a booking's rows.
//
//   road SOCKET [floor]        until it is ended; libpq's own variables name the database
#include <fcgiapp.h>
#include <libpq-fe.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int threads = 8;
constexpr int backlog = 1024;

constexpr const char* insert =
    "INSERT INTO bare (calendar, during) VALUES ($1::int, tstzrange($2::timestamptz, $2::timestamptz + interval '30 "
    "minutes'))";
constexpr const char* floor_book = "SELECT floor_book($1::int, $2::timestamptz, false)";

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "road: %s\n", what.c_str());
  std::exit(1);
}

PGconn* connect(const char* statement) {
  PGconn* connection = PQconnectdb("");
  if (PQstatus(connection) != CONNECTION_OK) fail(PQerrorMessage(connection));
  PGresult* prepared = PQprepare(connection, "book", statement, 2, nullptr);
  if (PQresultStatus(prepared) != PGRES_COMMAND_OK) fail(PQerrorMessage(connection));
  PQclear(prepared);
  return connection;
}

/// Books what the body requests. Result: the status of the answer.
const char* book(PGconn* connection, const char* body) {
  char calendar[16], start[32];
  if (std::sscanf(body, R"({"calendar": "c%15[0-9]", "start_timestamp": "%31[^"]"})", calendar, start) != 2)
    return "400 Bad Request";
  const char* values[] = {calendar, start};
  PGresult* booked = PQexecPrepared(connection, "book", 2, values, nullptr, nullptr, 0);
  const bool is_booked = PQresultStatus(booked) == PGRES_COMMAND_OK || PQresultStatus(booked) == PGRES_TUPLES_OK;
  if (!is_booked) std::fprintf(stderr, "road: %s", PQerrorMessage(connection));
  PQclear(booked);
  return is_booked ? "201 Created" : "409 Conflict";
}

void serve(int socket, const char* statement) {
  PGconn* connection = connect(statement);
  FCGX_Request request;
  FCGX_InitRequest(&request, socket, 0);
  while (FCGX_Accept_r(&request) == 0) {
    char body[512];
    const int length = FCGX_GetStr(body, sizeof body - 1, request.in);
    body[length] = '\0';
    FCGX_FPrintF(request.out, "Status: %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
                 book(connection, body));
    FCGX_Finish_r(&request);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const bool on_floor = count == 3 && std::string(arguments[2]) == "floor";
  if (count != 2 && !on_floor) fail("usage: road SOCKET [floor]");
  setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);  // as the scheduler's front end (fcgi/main.cpp)
  std::signal(SIGTERM, [](int) { _exit(0); });      // not by the signal, for which callgrind writes no count
  umask(0);                                         // nginx's workers may connect
  if (FCGX_Init() != 0) fail("could not start libfcgi");
  const int socket = FCGX_OpenSocket(arguments[1], backlog);
  if (socket < 0) fail("could not open the socket");
  std::vector<std::thread> serving;
  for (int i = 0; i < threads; ++i) serving.emplace_back(serve, socket, on_floor ? floor_book : insert);
  for (auto& thread : serving) thread.join();
}
