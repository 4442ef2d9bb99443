# SPDX-License-Identifier: Apache-2.0
# Copies IN to OUT with FROM replaced by TO; fails unless FROM is there exactly once.
file(READ ${IN} text)
string(FIND "${text}" "${FROM}" first)
string(FIND "${text}" "${FROM}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR "${IN}: '${FROM}' is not there exactly once; the planted bug needs a new place")
endif()
string(REPLACE "${FROM}" "${TO}" text "${text}")
file(WRITE ${OUT} "${text}")
