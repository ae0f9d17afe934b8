// SPDX-License-Identifier: PostgreSQL
//
// Makes a failing run smaller, so that a person can read it: fewer sessions, calls and changes of turn. What is left
// breaks a law too, though not always the same one.
#pragma once

#include "run.hpp"

namespace jb::simulate {

/// The smallest script found that breaks a law. `script` breaks one.
Script shrunk(Script script);

}  // namespace jb::simulate
