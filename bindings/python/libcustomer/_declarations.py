"""Generated from the public headers by tests/abi/api.py: do not edit."""
from ctypes import (CFUNCTYPE, POINTER, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint64,
                    c_uint8, c_void_p)

CSTM_ALWAYS = -62135596800000000
CSTM_BINS_LIMIT = 100000
CSTM_CHARACTERISTICS_LIMIT = 1000
CSTM_CSV_COLLECT = 1
CSTM_CSV_RECORD_LIMIT = 16777216
CSTM_CSV_STOP = 0
CSTM_DOCUMENT_LIMIT = 16777216
CSTM_ENCODING_GB18030 = 1
CSTM_ENCODING_UTF8 = 0
CSTM_ENTITY_CUSTOMER = 0
CSTM_ERROR_CANCELLED = 14
CSTM_ERROR_CORRUPT = 12
CSTM_ERROR_CYCLE = 16
CSTM_ERROR_DIVIDE = 19
CSTM_ERROR_DUPLICATE = 8
CSTM_ERROR_IO = 3
CSTM_ERROR_LATE = 10
CSTM_ERROR_LIMIT = 15
CSTM_ERROR_MISMATCH = 21
CSTM_ERROR_MISSING = 9
CSTM_ERROR_MISUSE = 1
CSTM_ERROR_NOT_FINITE = 20
CSTM_ERROR_NO_MEMORY = 2
CSTM_ERROR_PAST = 11
CSTM_ERROR_PRIVACY = 17
CSTM_ERROR_RANGE = 6
CSTM_ERROR_SEALED_APART = 22
CSTM_ERROR_SYNTAX = 4
CSTM_ERROR_TYPE = 5
CSTM_ERROR_UNKNOWN = 7
CSTM_ERROR_UNREACHABLE = 18
CSTM_ERROR_UNSUPPORTED = 23
CSTM_ERROR_VERSION = 13
CSTM_FATE_DROPPED = 3
CSTM_FATE_KEPT = 1
CSTM_FATE_WARMING = 2
CSTM_HIGHER_IS_RISKIER = 1
CSTM_HIGHER_IS_SAFER = 0
CSTM_LAYOUT_BYTES = 1
CSTM_LAYOUT_CHARACTERS = 2
CSTM_LAYOUT_DELIMITED = 0
CSTM_LAYOUT_FRAME_LIMIT = 1000
CSTM_LAYOUT_MARK_LIMIT = 16
CSTM_LAYOUT_POSITION_LIMIT = 16777216
CSTM_MONEY_DOUBLE = 3
CSTM_MONEY_MAJOR = 2
CSTM_MONEY_MINOR = 1
CSTM_OK = 0
CSTM_PART_ATTRIBUTE = 2
CSTM_PART_ENTITY = 1
CSTM_PART_EVENT = 3
CSTM_PART_FEATURE = 4
CSTM_PART_LIFECYCLE = 5
CSTM_PART_SCORE = 6
CSTM_PART_SEGMENT = 7
CSTM_PART_SOURCE = 8
CSTM_QUANTILE_POINTS = 10000
CSTM_REASONS_APART = 2
CSTM_REASONS_BELOW_BEST = 0
CSTM_REASONS_BELOW_NEUTRAL = 1
CSTM_REASONS_GREATEST = 1
CSTM_REASONS_LIMIT = 10
CSTM_REASONS_SUMMED = 0
CSTM_ROW_DOUBLE = 2
CSTM_ROW_INT64 = 1
CSTM_ROW_MISSING = 0
CSTM_ROW_TEXT = 3
CSTM_RULE_LIMIT = 1048576
CSTM_RUN_ALL = 15
CSTM_RUN_FEATURES = 1
CSTM_RUN_LIFECYCLES = 2
CSTM_RUN_SCORES = 4
CSTM_RUN_SEGMENTS = 8
CSTM_SIGN_LEADING = 0
CSTM_SIGN_OVERPUNCH = 2
CSTM_SIGN_TRAILING = 1
CSTM_SOURCE_ATTRIBUTES = 1
CSTM_SOURCE_ENTITIES = 0
CSTM_SOURCE_EVENTS = 2
CSTM_STATE_ERROR = 2
CSTM_STATE_MISSING = 1
CSTM_STATE_VALUE = 0
CSTM_TOTAL_ABSOLUTE = 2
CSTM_TOTAL_COUNT = 0
CSTM_TOTAL_SUM = 1
CSTM_TYPE_BOOL = 1
CSTM_TYPE_DATE = 5
CSTM_TYPE_DECIMAL = 9
CSTM_TYPE_DOUBLE = 3
CSTM_TYPE_INT = 2
CSTM_TYPE_MONEY = 7
CSTM_TYPE_NONE = 0
CSTM_TYPE_STRING = 4
CSTM_TYPE_STRINGS = 8
CSTM_TYPE_TIMESTAMP = 6
CSTM_VALIDATION_LIMIT = 4294967295
CSTM_VERDICT_MET = 1
CSTM_VERDICT_NOT_MET = 0
CSTM_VERDICT_UNDECIDED = 2
CSTM_VERSION_MAJOR = 0
CSTM_VERSION_MINOR = 1
CSTM_VERSION_PATCH = 0

cstm_progress_function = CFUNCTYPE(c_int32, c_void_p, c_int64, c_int64)
cstm_task_function = CFUNCTYPE(None, c_void_p, c_int64)
cstm_executor_submit = CFUNCTYPE(c_int32, c_void_p, cstm_task_function, c_void_p, c_int64)
cstm_executor_wait = CFUNCTYPE(None, c_void_p)

# name: (result, parameters)
FUNCTIONS = {
    "cstm_error_code": (c_int32, [c_void_p]),
    "cstm_error_message": (c_char_p, [c_void_p]),
    "cstm_error_file": (c_char_p, [c_void_p]),
    "cstm_error_line": (c_int64, [c_void_p]),
    "cstm_error_column": (c_int64, [c_void_p]),
    "cstm_error_row": (c_int64, [c_void_p]),
    "cstm_error_field": (c_char_p, [c_void_p]),
    "cstm_error_next": (c_void_p, [c_void_p]),
    "cstm_error_free": (None, [c_void_p]),
    "cstm_status_name": (c_char_p, [c_int32]),
    "cstm_buffer_data": (POINTER(c_uint8), [c_void_p]),
    "cstm_buffer_size": (c_size_t, [c_void_p]),
    "cstm_buffer_free": (None, [c_void_p]),
    "cstm_cancel_new": (c_int32, [POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_cancel_request": (None, [c_void_p]),
    "cstm_cancel_requested": (c_int32, [c_void_p]),
    "cstm_cancel_free": (None, [c_void_p]),
    "cstm_currency_exponent": (c_int32, [c_char_p]),
    "cstm_money_parse": (
        c_int32,
        [c_char_p, c_size_t, c_char_p, POINTER(c_int64), POINTER(c_void_p)]),
    "cstm_money_format": (c_int32, [c_int64, c_char_p, c_void_p, c_size_t, POINTER(c_void_p)]),
    "cstm_batch_new": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_batch_free": (None, [c_void_p]),
    "cstm_batch_add_entities": (c_int32, [c_void_p, c_int32, c_void_p, POINTER(c_void_p)]),
    "cstm_batch_add_attributes": (c_int32, [c_void_p, c_int32, c_void_p, POINTER(c_void_p)]),
    "cstm_batch_add_events": (c_int32, [c_void_p, c_int32, c_void_p, POINTER(c_void_p)]),
    "cstm_batch_observe": (c_int32, [c_void_p, c_int32, c_int64, POINTER(c_void_p)]),
    "cstm_batch_observe_until": (c_int32, [c_void_p, c_int32, c_int64, POINTER(c_void_p)]),
    "cstm_batch_set_parts": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_batch_set_threads": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_batch_set_executor": (
        c_int32,
        [c_void_p, cstm_executor_submit, cstm_executor_wait, c_void_p, POINTER(c_void_p)]),
    "cstm_batch_set_progress": (
        c_int32,
        [c_void_p, cstm_progress_function, c_void_p, c_void_p, POINTER(c_void_p)]),
    "cstm_batch_run": (c_int32, [c_void_p, c_int64, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_batch_run_dates": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_batch_profile": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, c_int64, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_result_table": (c_void_p, [c_void_p, c_int32]),
    "cstm_result_rejected": (c_void_p, [c_void_p]),
    "cstm_result_errors": (c_void_p, [c_void_p]),
    "cstm_result_report": (c_void_p, [c_void_p]),
    "cstm_result_funnel": (
        c_int32,
        [c_void_p, c_int32, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_result_transitions": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_result_membership": (c_int32, [c_void_p, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_result_segments": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_result_overlap": (c_int32, [c_void_p, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_result_digest": (c_char_p, [c_void_p]),
    "cstm_result_free": (None, [c_void_p]),
    "cstm_stream_new": (
        c_int32,
        [c_void_p, c_int32, c_int64, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_stream_free": (None, [c_void_p]),
    "cstm_stream_set_rows": (c_int32, [c_void_p, c_int64, POINTER(c_void_p)]),
    "cstm_stream_add": (c_int32, [c_void_p, c_int32, c_int32, c_void_p, POINTER(c_void_p)]),
    "cstm_stream_declare_money": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_char_p, c_char_p, c_int32, POINTER(c_void_p)]),
    "cstm_stream_next": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_stream_export": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p)]),
    "cstm_stream_rejected": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_stream_errors": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_stream_report": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_event_new": (c_int32, [c_void_p, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_event_free": (None, [c_void_p]),
    "cstm_event_clear": (c_int32, [c_void_p, POINTER(c_void_p)]),
    "cstm_event_set_entity": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_event_set_id": (c_int32, [c_void_p, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_event_set_delivery": (c_int32, [c_void_p, c_int64, POINTER(c_void_p)]),
    "cstm_event_set_time": (c_int32, [c_void_p, c_int64, POINTER(c_void_p)]),
    "cstm_event_set_bool": (c_int32, [c_void_p, c_int32, c_int32, POINTER(c_void_p)]),
    "cstm_event_set_int64": (c_int32, [c_void_p, c_int32, c_int64, POINTER(c_void_p)]),
    "cstm_event_set_double": (c_int32, [c_void_p, c_int32, c_double, POINTER(c_void_p)]),
    "cstm_event_set_string": (c_int32, [c_void_p, c_int32, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_event_set_date": (c_int32, [c_void_p, c_int32, c_int32, POINTER(c_void_p)]),
    "cstm_event_set_timestamp": (c_int32, [c_void_p, c_int32, c_int64, POINTER(c_void_p)]),
    "cstm_event_set_money": (c_int32, [c_void_p, c_int32, c_int64, POINTER(c_void_p)]),
    "cstm_event_set_missing": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_event_set_row": (c_int32, [c_void_p, POINTER(c_uint8), c_size_t, POINTER(c_void_p)]),
    "cstm_layout_new": (c_int32, [c_int32, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_layout_free": (None, [c_void_p]),
    "cstm_layout_add_column": (
        c_int32,
        [c_void_p, c_char_p, c_int32, c_int32, c_int32, POINTER(c_void_p)]),
    "cstm_layout_set_delimiter": (
        c_int32,
        [c_void_p, POINTER(c_uint8), c_size_t, POINTER(c_void_p)]),
    "cstm_layout_set_quote": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_layout_set_record_end": (
        c_int32,
        [c_void_p, POINTER(c_uint8), c_size_t, POINTER(c_void_p)]),
    "cstm_layout_set_record_size": (c_int32, [c_void_p, c_size_t, POINTER(c_void_p)]),
    "cstm_layout_set_frame": (c_int32, [c_void_p, c_int32, c_int32, c_int32, POINTER(c_void_p)]),
    "cstm_layout_set_fields": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_layout_add_comment": (c_int32, [c_void_p, POINTER(c_uint8), c_size_t, POINTER(c_void_p)]),
    "cstm_layout_add_total": (
        c_int32,
        [c_void_p, c_int32, c_char_p, c_int32, c_int32, c_int32, POINTER(c_void_p)]),
    "cstm_layout_set_padding": (c_int32, [c_void_p, c_char_p, c_int32, c_int32, POINTER(c_void_p)]),
    "cstm_layout_set_format": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p)]),
    "cstm_layout_add_missing": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p)]),
    "cstm_layout_set_number": (
        c_int32,
        [c_void_p, c_char_p, c_int32, c_int32, c_int32, POINTER(c_void_p)]),
    "cstm_layout_set_sign": (
        c_int32,
        [c_void_p, c_char_p, c_int32, c_int32, c_char_p, c_char_p, POINTER(c_void_p)]),
    "cstm_layout_set_zone": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cstm_layout_set_currency": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cstm_layout_set_reject": (c_int32, [c_void_p, c_int32, c_int64, POINTER(c_void_p)]),
    "cstm_layout_read_file": (
        c_int32,
        [c_void_p, c_char_p, cstm_progress_function, c_void_p, c_void_p, POINTER(c_void_p),
        POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_layout_read_bytes": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_uint8), c_size_t, POINTER(c_void_p), POINTER(c_void_p),
        POINTER(c_void_p)]),
    "cstm_outcome_new": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_outcome_free": (None, [c_void_p]),
    "cstm_outcome_as_of": (c_int64, [c_void_p]),
    "cstm_outcome_digest": (c_char_p, [c_void_p]),
    "cstm_outcome_state": (c_int32, [c_void_p, c_int32, c_int32, c_int32]),
    "cstm_outcome_status": (c_int32, [c_void_p, c_int32, c_int32, c_int32]),
    "cstm_outcome_int64": (c_int64, [c_void_p, c_int32, c_int32, c_int32]),
    "cstm_outcome_double": (c_double, [c_void_p, c_int32, c_int32, c_int32]),
    "cstm_outcome_string": (c_void_p, [c_void_p, c_int32, c_int32, c_int32, POINTER(c_size_t)]),
    "cstm_outcome_changed": (c_int32, [c_void_p, c_int32, c_int32, c_int32]),
    "cstm_outcome_changed_count": (c_int32, [c_void_p, c_int32]),
    "cstm_outcome_verdict": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_outcome_entity_count": (c_int32, [c_void_p]),
    "cstm_outcome_stage": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_outcome_stage_name": (c_char_p, [c_void_p, c_int32, c_int32]),
    "cstm_outcome_stage_since": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_outcome_stage_days": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_outcome_stage_censored": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_outcome_stage_from": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_outcome_transition": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_outcome_reason_count": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_outcome_reason_code": (c_char_p, [c_void_p, c_int32, c_int32, c_int32]),
    "cstm_outcome_reason_points": (c_double, [c_void_p, c_int32, c_int32, c_int32]),
    "cstm_profile_new": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_profile_free": (None, [c_void_p]),
    "cstm_profile_key": (c_void_p, [c_void_p, POINTER(c_size_t)]),
    "cstm_profile_revision": (c_int64, [c_void_p]),
    "cstm_profile_sealed_day": (c_int32, [c_void_p]),
    "cstm_profile_entity": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_char_p, c_size_t, POINTER(c_int32), POINTER(c_void_p)]),
    "cstm_profile_entity_count": (c_int32, [c_void_p]),
    "cstm_profile_entity_kind": (c_int32, [c_void_p, c_int32]),
    "cstm_profile_entity_parent": (c_int32, [c_void_p, c_int32]),
    "cstm_profile_entity_key": (c_void_p, [c_void_p, c_int32, POINTER(c_size_t)]),
    "cstm_profile_set_bool": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_int32, c_int64, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_profile_set_int64": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_int64, c_int64, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_profile_set_double": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_double, c_int64, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_profile_set_string": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_char_p, c_size_t, c_int64, c_char_p, c_size_t,
        POINTER(c_void_p)]),
    "cstm_profile_set_date": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_int32, c_int64, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_profile_set_timestamp": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_int64, c_int64, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_profile_set_money": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_int64, c_int64, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_profile_set_missing": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_int64, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_profile_set_row": (
        c_int32,
        [c_void_p, c_int32, POINTER(c_uint8), c_size_t, c_int64, c_char_p, c_size_t,
        POINTER(c_void_p)]),
    "cstm_profile_observe": (c_int32, [c_void_p, c_int32, c_int64, POINTER(c_void_p)]),
    "cstm_profile_replace_day": (c_int32, [c_void_p, c_int32, c_int32, c_int64, POINTER(c_void_p)]),
    "cstm_profile_unmatched": (
        c_int32,
        [c_void_p, c_int32, c_int64, POINTER(c_int64), POINTER(c_void_p)]),
    "cstm_profile_record": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p)]),
    "cstm_profile_advance": (c_int32, [c_void_p, c_int64, POINTER(c_void_p)]),
    "cstm_profile_evaluate": (c_int32, [c_void_p, c_int64, c_void_p, POINTER(c_void_p)]),
    "cstm_profile_explain": (
        c_int32,
        [c_void_p, c_int64, c_int32, c_int32, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_profile_nearest": (
        c_int32,
        [c_void_p, c_int64, c_int32, c_int32, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_profile_write": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_profile_footprint": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_strategy_footprint": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_profile_read": (
        c_int32,
        [c_void_p, POINTER(c_uint8), c_size_t, POINTER(c_void_p), POINTER(c_void_p),
        POINTER(c_void_p)]),
    "cstm_profile_merge": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p)]),
    "cstm_migration_count": (c_int32, [c_void_p]),
    "cstm_migration_name": (c_char_p, [c_void_p, c_int32]),
    "cstm_migration_fate": (c_int32, [c_void_p, c_int32]),
    "cstm_migration_complete_day": (c_int32, [c_void_p, c_int32]),
    "cstm_migration_free": (None, [c_void_p]),
    "cstm_scope_new": (c_int32, [c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_scope_declare": (c_int32, [c_void_p, c_char_p, c_int32, POINTER(c_void_p)]),
    "cstm_scope_free": (None, [c_void_p]),
    "cstm_rule_compile": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_rule_ref": (c_void_p, [c_void_p]),
    "cstm_rule_unref": (None, [c_void_p]),
    "cstm_rule_type": (c_int32, [c_void_p]),
    "cstm_rule_text": (c_char_p, [c_void_p]),
    "cstm_rule_read_count": (c_int32, [c_void_p]),
    "cstm_rule_read_name": (c_char_p, [c_void_p, c_int32]),
    "cstm_rule_cost": (c_int64, [c_void_p]),
    "cstm_rule_warnings": (c_void_p, [c_void_p]),
    "cstm_rule_evaluate": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_rule_explain": (
        c_int32,
        [c_void_p, c_void_p, c_int64, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_activation_new": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_activation_free": (None, [c_void_p]),
    "cstm_activation_set_missing": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_activation_set_int64": (c_int32, [c_void_p, c_int32, c_int64, POINTER(c_void_p)]),
    "cstm_activation_set_double": (c_int32, [c_void_p, c_int32, c_double, POINTER(c_void_p)]),
    "cstm_activation_set_string": (
        c_int32,
        [c_void_p, c_int32, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_activation_evaluate": (c_int32, [c_void_p, POINTER(c_void_p)]),
    "cstm_activation_status": (c_int32, [c_void_p]),
    "cstm_activation_int64": (c_int64, [c_void_p]),
    "cstm_activation_double": (c_double, [c_void_p]),
    "cstm_activation_string": (c_void_p, [c_void_p, POINTER(c_size_t)]),
    "cstm_activation_explain": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_explanation_count": (c_int32, [c_void_p]),
    "cstm_explanation_text": (c_char_p, [c_void_p, c_int32]),
    "cstm_explanation_value": (c_char_p, [c_void_p, c_int32]),
    "cstm_explanation_state": (c_int32, [c_void_p, c_int32]),
    "cstm_explanation_status": (c_int32, [c_void_p, c_int32]),
    "cstm_explanation_depth": (c_int32, [c_void_p, c_int32]),
    "cstm_explanation_decisive": (c_int32, [c_void_p, c_int32]),
    "cstm_explanation_free": (None, [c_void_p]),
    "cstm_rule_nearest": (
        c_int32,
        [c_void_p, c_void_p, c_int64, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_activation_nearest": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_nearest_possible": (c_int32, [c_void_p]),
    "cstm_nearest_exact": (c_int32, [c_void_p]),
    "cstm_nearest_transition": (c_int32, [c_void_p]),
    "cstm_nearest_outcome": (c_int32, [c_void_p]),
    "cstm_nearest_count": (c_int32, [c_void_p]),
    "cstm_nearest_name": (c_char_p, [c_void_p, c_int32]),
    "cstm_nearest_present": (c_char_p, [c_void_p, c_int32]),
    "cstm_nearest_present_state": (c_int32, [c_void_p, c_int32]),
    "cstm_nearest_condition": (c_char_p, [c_void_p, c_int32]),
    "cstm_nearest_value": (c_char_p, [c_void_p, c_int32]),
    "cstm_nearest_type": (c_int32, [c_void_p, c_int32]),
    "cstm_nearest_int64": (c_int64, [c_void_p, c_int32]),
    "cstm_nearest_double": (c_double, [c_void_p, c_int32]),
    "cstm_nearest_string": (c_void_p, [c_void_p, c_int32, POINTER(c_size_t)]),
    "cstm_nearest_free": (None, [c_void_p]),
    "cstm_scorecard_new": (c_int32, [c_char_p, c_double, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_scorecard_free": (None, [c_void_p]),
    "cstm_scorecard_set_reasons": (
        c_int32,
        [c_void_p, c_int32, c_int32, c_int32, POINTER(c_void_p)]),
    "cstm_scorecard_set_scaling": (
        c_int32,
        [c_void_p, c_double, c_double, c_double, POINTER(c_void_p)]),
    "cstm_scorecard_add_characteristic": (
        c_int32,
        [c_void_p, c_char_p, c_char_p, c_int32, c_char_p, POINTER(c_int32), POINTER(c_void_p)]),
    "cstm_scorecard_set_neutral": (c_int32, [c_void_p, c_int32, c_double, POINTER(c_void_p)]),
    "cstm_scorecard_add_bin_up_to": (
        c_int32,
        [c_void_p, c_int32, c_double, c_double, c_char_p, POINTER(c_void_p)]),
    "cstm_scorecard_add_bin_above": (
        c_int32,
        [c_void_p, c_int32, c_double, c_double, c_char_p, POINTER(c_void_p)]),
    "cstm_scorecard_add_bin_text": (
        c_int32,
        [c_void_p, c_int32, c_char_p, c_size_t, c_double, c_char_p, POINTER(c_void_p)]),
    "cstm_scorecard_add_bin_missing": (
        c_int32,
        [c_void_p, c_int32, c_double, c_char_p, POINTER(c_void_p)]),
    "cstm_scorecard_add_bin_other": (
        c_int32,
        [c_void_p, c_int32, c_double, c_char_p, POINTER(c_void_p)]),
    "cstm_scorecard_build": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_scorer_ref": (c_void_p, [c_void_p]),
    "cstm_scorer_unref": (None, [c_void_p]),
    "cstm_scorer_kind": (c_char_p, [c_void_p]),
    "cstm_scorer_name": (c_char_p, [c_void_p]),
    "cstm_scorer_digest": (c_char_p, [c_void_p]),
    "cstm_scorer_input_count": (c_int32, [c_void_p]),
    "cstm_scorer_input_name": (c_char_p, [c_void_p, c_int32]),
    "cstm_scorer_input_type": (c_int32, [c_void_p, c_int32]),
    "cstm_scorer_reason_count": (c_int32, [c_void_p]),
    "cstm_scorer_reason_code": (c_char_p, [c_void_p, c_int32]),
    "cstm_scorer_score_table": (
        c_int32,
        [c_void_p, c_void_p, c_int32, cstm_progress_function, c_void_p, c_void_p,
        POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_validation_new": (
        c_int32,
        [POINTER(c_double), POINTER(c_uint8), POINTER(c_double), c_int64, c_int32,
        POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_validation_free": (None, [c_void_p]),
    "cstm_validation_rows": (c_int64, [c_void_p]),
    "cstm_validation_events": (c_int64, [c_void_p]),
    "cstm_validation_state": (c_int32, [c_void_p]),
    "cstm_validation_auc": (c_double, [c_void_p]),
    "cstm_validation_gini": (c_double, [c_void_p]),
    "cstm_validation_ks": (c_double, [c_void_p]),
    "cstm_validation_ks_cut": (c_double, [c_void_p]),
    "cstm_validation_brier": (c_double, [c_void_p]),
    "cstm_validation_brier_state": (c_int32, [c_void_p]),
    "cstm_validation_bands": (c_int32, [c_void_p, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_validation_bands_at": (
        c_int32,
        [c_void_p, POINTER(c_double), c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_of_rule": (
        c_int32,
        [c_void_p, c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_of_table": (
        c_int32,
        [c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_and": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_or": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_minus": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_not": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_rows": (c_int64, [c_void_p]),
    "cstm_membership_count": (c_int64, [c_void_p, c_int32]),
    "cstm_membership_verdict": (c_int32, [c_void_p, c_int64]),
    "cstm_membership_status": (c_int32, [c_void_p, c_int64]),
    "cstm_membership_bits": (POINTER(c_uint8), [c_void_p, c_int32, POINTER(c_size_t)]),
    "cstm_membership_select": (c_int32, [c_void_p, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_table": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_overlap": (
        c_int32,
        [c_void_p, c_void_p, POINTER(c_int64), POINTER(c_int64), POINTER(c_int64),
        POINTER(c_void_p)]),
    "cstm_membership_changes": (
        c_int32,
        [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_turnover": (
        c_int32,
        [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_membership_free": (None, [c_void_p]),
    "cstm_strategy_load": (c_int32, [c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_strategy_parse": (
        c_int32,
        [c_char_p, c_size_t, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_strategy_parse_with": (
        c_int32,
        [c_char_p, c_size_t, c_char_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_files_new": (c_int32, [POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_files_add": (c_int32, [c_void_p, c_char_p, c_char_p, c_size_t, POINTER(c_void_p)]),
    "cstm_files_free": (None, [c_void_p]),
    "cstm_quantiles_measure": (
        c_int32,
        [c_void_p, c_char_p, c_char_p, c_int32, c_int32, c_char_p, c_size_t, POINTER(c_void_p),
        POINTER(c_void_p)]),
    "cstm_strategy_ref": (c_void_p, [c_void_p]),
    "cstm_strategy_unref": (None, [c_void_p]),
    "cstm_strategy_name": (c_char_p, [c_void_p]),
    "cstm_strategy_version": (c_char_p, [c_void_p]),
    "cstm_strategy_digest": (c_char_p, [c_void_p]),
    "cstm_strategy_warnings": (c_void_p, [c_void_p]),
    "cstm_strategy_currency": (c_char_p, [c_void_p]),
    "cstm_strategy_timezone": (c_char_p, [c_void_p]),
    "cstm_strategy_count": (c_int32, [c_void_p, c_int32]),
    "cstm_strategy_find": (c_int32, [c_void_p, c_int32, c_char_p]),
    "cstm_strategy_part_name": (c_char_p, [c_void_p, c_int32, c_int32]),
    "cstm_strategy_part_entity": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_strategy_part_type": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_strategy_part_purpose": (c_char_p, [c_void_p, c_int32, c_int32]),
    "cstm_strategy_part_rule": (c_char_p, [c_void_p, c_int32, c_int32]),
    "cstm_strategy_field_count": (c_int32, [c_void_p, c_int32]),
    "cstm_strategy_field_name": (c_char_p, [c_void_p, c_int32, c_int32]),
    "cstm_strategy_field_type": (c_int32, [c_void_p, c_int32, c_int32]),
    "cstm_strategy_find_field": (c_int32, [c_void_p, c_int32, c_char_p]),
    "cstm_strategy_stage_count": (c_int32, [c_void_p, c_int32]),
    "cstm_strategy_stage_name": (c_char_p, [c_void_p, c_int32, c_int32]),
    "cstm_strategy_scorer": (c_int32, [c_void_p, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_strategy_parse_time": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, c_int32, POINTER(c_int64), POINTER(c_void_p)]),
    "cstm_strategy_day": (c_int32, [c_void_p, c_int64, POINTER(c_int32), POINTER(c_void_p)]),
    "cstm_table_new": (c_int32, [POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_table_free": (None, [c_void_p]),
    "cstm_table_add_bool": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_uint8), POINTER(c_uint8), c_int64, POINTER(c_void_p)]),
    "cstm_table_add_int64": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_int64), POINTER(c_uint8), c_int64, POINTER(c_void_p)]),
    "cstm_table_add_double": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_double), POINTER(c_uint8), c_int64, POINTER(c_void_p)]),
    "cstm_table_add_date": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_int32), POINTER(c_uint8), c_int64, POINTER(c_void_p)]),
    "cstm_table_add_timestamp": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_int64), POINTER(c_uint8), c_int64, POINTER(c_void_p)]),
    "cstm_table_add_money": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_int64), POINTER(c_uint8), c_int64, c_char_p,
        POINTER(c_void_p)]),
    "cstm_table_add_string": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_int64), c_char_p, POINTER(c_uint8), c_int64,
        POINTER(c_void_p)]),
    "cstm_table_add_strings": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_int64), POINTER(c_int64), c_char_p, POINTER(c_uint8),
        c_int64, POINTER(c_void_p)]),
    "cstm_table_declare_money": (
        c_int32,
        [c_void_p, c_char_p, c_char_p, c_int32, POINTER(c_void_p)]),
    "cstm_table_rows": (c_int64, [c_void_p]),
    "cstm_table_columns": (c_int32, [c_void_p]),
    "cstm_table_column_name": (c_char_p, [c_void_p, c_int32]),
    "cstm_table_column_type": (c_int32, [c_void_p, c_int32]),
    "cstm_table_column_currency": (c_char_p, [c_void_p, c_int32]),
    "cstm_table_column_exponent": (c_int32, [c_void_p, c_int32]),
    "cstm_table_column_civil": (c_int32, [c_void_p, c_int32]),
    "cstm_table_find": (c_int32, [c_void_p, c_char_p]),
    "cstm_table_state": (c_int32, [c_void_p, c_int64, c_int32]),
    "cstm_table_bool": (c_int32, [c_void_p, c_int64, c_int32]),
    "cstm_table_int64": (c_int64, [c_void_p, c_int64, c_int32]),
    "cstm_table_double": (c_double, [c_void_p, c_int64, c_int32]),
    "cstm_table_date": (c_int32, [c_void_p, c_int64, c_int32]),
    "cstm_table_timestamp": (c_int64, [c_void_p, c_int64, c_int32]),
    "cstm_table_money": (c_int64, [c_void_p, c_int64, c_int32]),
    "cstm_table_decimal": (
        c_int32,
        [c_void_p, c_int64, c_int32, POINTER(c_int64), POINTER(c_uint64)]),
    "cstm_table_string": (c_void_p, [c_void_p, c_int64, c_int32, POINTER(c_size_t)]),
    "cstm_table_string_count": (c_int64, [c_void_p, c_int64, c_int32]),
    "cstm_table_string_item": (c_void_p, [c_void_p, c_int64, c_int32, c_int64, POINTER(c_size_t)]),
    "cstm_table_valid": (POINTER(c_uint8), [c_void_p, c_int32]),
    "cstm_table_bool_values": (POINTER(c_uint8), [c_void_p, c_int32]),
    "cstm_table_int64_values": (POINTER(c_int64), [c_void_p, c_int32]),
    "cstm_table_double_values": (POINTER(c_double), [c_void_p, c_int32]),
    "cstm_table_date_values": (POINTER(c_int32), [c_void_p, c_int32]),
    "cstm_table_import_arrow": (
        c_int32,
        [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_table_import_stream": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_table_export_arrow": (c_int32, [c_void_p, c_void_p, c_void_p, POINTER(c_void_p)]),
    "cstm_table_export_stream": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p)]),
    "cstm_csv_new": (c_int32, [POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_csv_free": (None, [c_void_p]),
    "cstm_csv_add_column": (c_int32, [c_void_p, c_char_p, c_int32, POINTER(c_void_p)]),
    "cstm_csv_set_delimiter": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_csv_set_missing": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cstm_csv_set_zone": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cstm_csv_set_currency": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cstm_csv_set_header": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_csv_set_reject": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "cstm_csv_read_file": (
        c_int32,
        [c_void_p, c_char_p, cstm_progress_function, c_void_p, c_void_p, POINTER(c_void_p),
        POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_csv_read_bytes": (
        c_int32,
        [c_void_p, c_char_p, POINTER(c_uint8), c_size_t, POINTER(c_void_p), POINTER(c_void_p),
        POINTER(c_void_p)]),
    "cstm_table_write_csv": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cstm_table_write_csv_buffer": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cstm_version_number": (c_int32, []),
    "cstm_version_text": (c_char_p, []),
}
