# SPDX-License-Identifier: Apache-2.0
# The units under test, at small sizes, and the planted bugs.
tercet_rtl_unit(fifo FILE common/tercet_fifo.sv PARAMS Width=8 Depth=4)
tercet_rtl_test(fifo)

tercet_rtl_unit(sram_fifo FILE common/tercet_sram_fifo.sv PARAMS Width=8 Depth=8)
tercet_rtl_test(sram_fifo)

tercet_rtl_unit(columns NAME columns16 FILE array/tercet_columns.sv PARAMS Rows=16 Columns=8)
tercet_rtl_unit(columns NAME columns64 FILE array/tercet_columns.sv PARAMS Rows=64 Columns=8)
tercet_rtl_test(columns LIBS rtl_columns16 rtl_columns64)

tercet_rtl_unit(array FILE array/tercet_array.sv NEEDS array/tercet_columns.sv
                PARAMS Rows=16 Cols=32 GroupCols=8)
tercet_rtl_test(array)

tercet_rtl_unit(accum FILE array/tercet_accum.sv PARAMS Cols=4 Tokens=8 SumW=15 AccW=24)
tercet_rtl_test(accum)

tercet_rtl_unit(read_stream FILE memory/tercet_read_stream.sv PARAMS AxiBytes=16 Capacity=64)
tercet_rtl_test(read_stream)

tercet_rtl_unit(trit_decode FILE memory/tercet_trit_decode.sv PARAMS Rows=16)
tercet_rtl_test(trit_decode)

tercet_rtl_unit(weight_stream FILE memory/tercet_weight_stream.sv
                NEEDS common/tercet_sram_fifo.sv memory/tercet_trit_decode.sv
                PARAMS Rows=16 Cols=16 GroupCols=8 FifoBeats=16)
tercet_rtl_test(weight_stream)

tercet_rtl_unit(act_buffer FILE memory/tercet_act_buffer.sv PARAMS Rows=16 Beats=16)
tercet_rtl_test(act_buffer)

tercet_rtl_unit(read_port FILE memory/tercet_read_port.sv NEEDS common/tercet_fifo.sv
                PARAMS MaxOutstanding=4)
tercet_rtl_test(read_port)

tercet_rtl_unit(fetch FILE memory/tercet_fetch.sv
                NEEDS common/tercet_fifo.sv common/tercet_sram_fifo.sv memory/tercet_read_stream.sv
                      memory/tercet_read_port.sv memory/tercet_trit_decode.sv
                      memory/tercet_weight_stream.sv memory/tercet_act_buffer.sv
                PARAMS Rows=16 Cols=16 MaxOutstanding=4 WeightBeats=32 ActBeats=64)
tercet_rtl_test(fetch)

tercet_rtl_unit(output NAME output_narrow FILE memory/tercet_output.sv
                NEEDS common/tercet_fifo.sv PARAMS Cols=16 Tokens=8 AxiBytes=16)
tercet_rtl_unit(output NAME output_wide FILE memory/tercet_output.sv
                NEEDS common/tercet_fifo.sv PARAMS Cols=16 Tokens=8 AxiBytes=64)
tercet_rtl_test(output LIBS rtl_output_narrow rtl_output_wide)

tercet_rtl_unit(sequencer FILE control/tercet_sequencer.sv
                PARAMS Rows=16 Cols=16 Tokens=8 ActBeats=64)
tercet_rtl_test(sequencer)

tercet_rtl_unit(dispatch FILE control/tercet_dispatch.sv
                PARAMS Rows=16 Cols=16 Tokens=8 AxiBytes=16 ActBeats=1024 KMax=16384 NTilesW=21
                       KTilesW=13)
tercet_rtl_test(dispatch)

tercet_rtl_unit(supervisor FILE control/tercet_supervisor.sv)
tercet_rtl_test(supervisor)

tercet_rtl_unit(axil FILE control/tercet_axil.sv)
tercet_rtl_test(axil)

tercet_rtl_unit(perf FILE control/tercet_perf.sv NEEDS common/tercet_fifo.sv)
tercet_rtl_test(perf)

tercet_rtl_unit(csr FILE control/tercet_csr.sv PARAMS Geometry=17220 ConfigHash=591216243)
tercet_rtl_test(csr)
tercet_rtl_test(csr_status LIBS rtl_csr)

tercet_rtl_unit(mover FILE memory/tercet_mover.sv
                NEEDS core/tercet_tcm.sv memory/tercet_mover_buffer.sv
                PARAMS AxiBytes=16 MaxBurst=16)
tercet_rtl_test(mover)

tercet_rtl_unit(host_port FILE control/tercet_host_port.sv)
tercet_rtl_test(host_port)

tercet_rtl_unit(mcu_port FILE control/tercet_mcu_port.sv PARAMS BufferBytes=256)
tercet_rtl_test(mcu_port)

tercet_rtl_unit(reg_arbiter FILE control/tercet_reg_arbiter.sv)
tercet_rtl_test(reg_arbiter)

tercet_rtl_unit(control FILE control/tercet_control.sv)
tercet_rtl_test(control)

# The control core with its memories; the rest of its tests are in core/.
tercet_rtl_unit(mcu FILE core/tercet_mcu.sv
                NEEDS core/tercet_core_pkg.sv core/tercet_core_fetch.sv
                      core/tercet_core_decode.sv core/tercet_core_regfile.sv
                      core/tercet_core_alu.sv core/tercet_core_lsu.sv
                      core/tercet_core_counters.sv core/tercet_core_csr.sv
                      core/tercet_core_control.sv core/tercet_core.sv core/tercet_tcm.sv
                      core/tercet_timer.sv)
include(${CMAKE_CURRENT_LIST_DIR}/core/core.cmake)

# The whole machine, as sim/verilated builds it; each test runs on both sizes.
if(TARGET tercet_verilated_tiny AND TARGET tercet_verilated_edge)
  foreach(part engine engine_fault machine machine_mover)
    tercet_rtl_test(${part} LIBS tercet_verilated_tiny tercet_verilated_edge)
  endforeach()
else()
  message(STATUS "The engine tests need both machines: TERCET_CONFIG=tiny;edge")
endif()
