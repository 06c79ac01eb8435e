# Run after goetia-runtime is linked: keeps what it describes beside it, so that checking a configuration needs no LibTorch.
#   cmake -D runtime=... -D catalogue=... -P write_catalogue.cmake
execute_process(COMMAND "${runtime}" describe OUTPUT_VARIABLE text ERROR_VARIABLE faults RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "'${runtime} describe' ended with ${code}: ${faults}")
endif()
file(WRITE "${catalogue}.part" "${text}")
file(RENAME "${catalogue}.part" "${catalogue}")
