"""What servers mean by their refusals: the wordings are theirs, as their users have quoted them."""

from typing import Any

import pytest

from backend.llm.refusals import read_refusal


def _error(message: str, **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


TOO_LONG: dict[str, tuple[int, Any, int | None]] = {
    "openai": (
        400,
        _error(
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 8312 tokens.",
            code="context_length_exceeded",
            param="messages",
        ),
        8192,
    ),
    "vllm": (
        400,
        {
            "object": "error",
            "message": "'max_tokens' or 'max_completion_tokens' is too large: 1024. This model's maximum context "
            "length is 2048 tokens and your request has 1500 input tokens (1024 > 2048 - 1500). None",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
        2048,
    ),
    "llama.cpp": (
        400,
        _error(
            "request (8708 tokens) exceeds the available context size (8192 tokens), try increasing it",
            code=400,
            type="exceed_context_size_error",
            n_prompt_tokens=8708,
            n_ctx=8192,
        ),
        8192,
    ),
    "an older llama.cpp": (
        500,
        _error("the request exceeds the available context size. try increasing the context size", code=500),
        None,
    ),
    "ollama": (400, _error("prompt too long; exceeded max context length by 500 tokens"), None),
    "lm studio": (
        400,
        {
            "error": "Trying to keep the first 14538 tokens when context the overflows. However, the model is loaded "
            "with context length of only 2048 tokens, which is not enough."
        },
        2048,
    ),
    "a newer lm studio": (400, {"error": "Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)"}, 7424),
    "mistral": (
        400,
        {
            "object": "error",
            "message": "Prompt contains 39205 tokens and 0 draft tokens, too large for model with 32768 maximum "
            "context length",
            "type": "invalid_request_invalid_args",
            "code": "3051",
        },
        32768,
    ),
    "anthropic": (
        400,
        {
            "type": "error",
            "error": {"type": "invalid_request_error", "message": "prompt is too long: 215000 tokens > 200000 maximum"},
        },
        200000,
    ),
    "google": (
        400,
        [_error("The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).", code=400)],
        1048575,
    ),
    "tgi": (
        422,
        {
            "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 "
            "`inputs` tokens",
            "error_type": "validation",
        },
        None,
    ),
    "groq": (400, _error("Please reduce the length of the messages or completion."), None),
    "xai": (
        400,
        {"error": "This model's maximum prompt length is 131072 but the request contains 150000 tokens."},
        131072,
    ),
    "moonshot": (400, _error("Invalid request: Your request exceeded model token limit: 8192 (requested: 9000)"), 8192),
    "a proxy": (413, "Payload Too Large", None),
    "within a stream": (200, {"error": _error("Context size has been exceeded.")["error"]}, None),
}


@pytest.mark.parametrize("server", TOO_LONG)
def test_too_long_is_recognised_by_its_meaning(server: str) -> None:
    status, body, limit = TOO_LONG[server]
    refusal = read_refusal(status, body)
    assert refusal.too_long
    assert refusal.told_limit() == limit


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, _error("Unsupported parameter: 'max_tokens' is not supported with this model.", param="max_tokens")),
        (400, _error("max_tokens is too large: 5000. This model supports at most 4096 completion tokens.")),
        (429, _error("Rate limit reached for tokens per minute. Request too large.", code="rate_limit_exceeded")),
        (401, "no"),
        (400, ""),
        (500, None),
        (400, {"error": {"message": {"detail": [[[[[["context length"]]]]]]}}}),
    ],
)
def test_other_refusals_are_not_taken_for_it(status: int, body: Any) -> None:
    assert not read_refusal(status, body).too_long


EVERYTHING = {"stream", "stream_options", "max_tokens", "temperature", "tools", "strict", "system"}


@pytest.mark.parametrize(
    ("status", "body", "feature"),
    [
        (400, _error("Unsupported parameter", code="unsupported_parameter", param="max_tokens"), "max_tokens"),
        (
            400,
            _error(
                "litellm.BadRequestError: OpenAIException - Unsupported parameter: 'max_tokens' is not supported with "
                "this model. Use 'max_completion_tokens' instead.",
                param=None,
                code="400",
            ),
            "max_tokens",
        ),
        (
            400,
            _error("max_tokens is too large: 5000. This model supports at most 4096 completion tokens."),
            "max_tokens",
        ),
        (
            422,
            {
                "detail": [
                    {
                        "type": "extra_forbidden",
                        "loc": ["body", "stream_options"],
                        "msg": "Extra inputs are not permitted",
                    }
                ]
            },
            "stream_options",
        ),
        (
            422,
            {"object": "error", "message": {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs"}]}},
            "stream_options",
        ),
        (400, "Extra inputs are not permitted, field: 'stream_options'", "stream_options"),
        (400, _error("gpt-5 models don't support temperature=0.84. Only temperature=1 is supported."), "temperature"),
        (
            400,
            _error("Unsupported value: 'temperature' does not support 0.2 with this model.", param="temperature"),
            "temperature",
        ),
        (400, _error("registry.ollama.ai/library/gemma3:4b does not support tools", param=None), "tools"),
        (400, {"error": "registry.ollama.ai/library/gemma3:4b does not support tools"}, "tools"),
        (
            400,
            {"object": "error", "message": '"auto" tool choice requires --enable-auto-tool-choice to be set'},
            "tools",
        ),
        (404, _error("No endpoints found that support tool use.", code=404), "tools"),
        (500, _error("tools param requires --jinja flag", code=500), "tools"),
        (400, _error("Invalid schema", param="tools[0].function.strict"), "strict"),
        (400, {"object": "error", "message": "System role not supported", "param": None}, "system"),
        (
            400,
            _error("Unsupported value: 'messages[0].role' does not support 'system'", param="messages[0].role"),
            "system",
        ),
        (400, _error("Developer instruction is not enabled for models/gemma-3-27b-it"), "system"),
        (400, _error("Conversation roles must alternate user/assistant/user/assistant/..."), "system"),
        (400, _error("Your organization must be verified to stream this model.", param="stream"), "stream"),
        (500, _error("the temperature of the system is too high"), None),
        (429, _error("too many tools"), None),
        (400, _error("no"), None),
        (400, {"detail": [{"input": "the tools of my system", "msg": "no"}]}, None),
    ],
)
def test_what_is_refused_is_found_with_and_without_a_param(status: int, body: Any, feature: str | None) -> None:
    assert read_refusal(status, body).refused(EVERYTHING) == feature


def test_nothing_is_refused_that_was_not_sent() -> None:
    assert read_refusal(400, _error("no tools, no temperature")).refused({"stream"}) is None


def test_an_error_within_a_stream_has_the_status_that_it_means() -> None:
    assert [
        read_refusal(200, {"error": error}).status
        for error in (
            {"code": 502},
            {"type": "rate_limit_error"},
            {"type": "invalid_request_error"},
            "CUDA out of memory",
        )
    ] == [502, 429, 400, 500]


def test_endless_words_are_read_in_part() -> None:
    assert len(read_refusal(400, {"detail": [{"msg": "a" * 10_000}] * 1000}).words) <= 4000
