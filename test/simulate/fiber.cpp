// SPDX-License-Identifier: PostgreSQL
#include "fiber.hpp"

#include <cxxabi.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

namespace jb::simulate {

namespace {

constexpr std::size_t kStack = std::size_t{1} << 20;
constexpr std::size_t kPage = 4'096;

// Stacks are used again, since a run has several and lasts for milliseconds.
std::vector<void*>& spare_stacks() {
  static std::vector<void*> spare;
  return spare;
}

void* take_stack() {
  auto& spare = spare_stacks();
  if (!spare.empty()) {
    auto* stack = spare.back();
    spare.pop_back();
    return stack;
  }
  auto* stack = mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stack == MAP_FAILED) throw std::bad_alloc();
  mprotect(stack, kPage, PROT_NONE);  // a stack that overflows ends the program rather than another fiber's data
  return stack;
}

}  // namespace

Fiber::Fiber(std::function<void()> work) : work_(std::move(work)), stack_(take_stack()) {
  getcontext(&here_);
  here_.uc_stack.ss_sp = stack_;
  here_.uc_stack.ss_size = kStack;
  here_.uc_link = nullptr;
  const auto address = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&here_, reinterpret_cast<void (*)()>(&Fiber::run), 2, static_cast<unsigned>(address >> 32U),
              static_cast<unsigned>(address));
}

Fiber::~Fiber() { spare_stacks().push_back(stack_); }

// makecontext() passes ints only.
void Fiber::run(unsigned high, unsigned low) {
  auto* fiber = reinterpret_cast<Fiber*>((static_cast<std::uintptr_t>(high) << 32U) | low);
  fiber->work_();
  fiber->has_ended_ = true;
  fiber->pause();
}

// Itanium C++ ABI, 2.2.2: __cxa_eh_globals is a pointer and an unsigned int.
void Fiber::exchange_exceptions() {
  auto* current = reinterpret_cast<std::byte*>(abi::__cxa_get_globals());
  std::swap_ranges(exceptions_.begin(), exceptions_.end(), current);
}

void Fiber::resume() {
  exchange_exceptions();
  swapcontext(&there_, &here_);
  exchange_exceptions();
}

void Fiber::pause() { swapcontext(&here_, &there_); }

}  // namespace jb::simulate
