//! What codes and phrases mean that are not one vendor's alone: those of OpenAI's format and of the
//! many servers that speak it, of Anthropic's and Google's, of AWS, LiteLLM and Azure.
//!
//! Rows are looked up from the top, so a row that is more telling stands before one that is less.

use openclaw_sdk::FailureKind::{
    Aborted, Auth, BadRequest, Billing, ContentFilter, ContextOverflow, Format, ModelNotFound,
    Network, Other, Overloaded, Permission, RateLimit, Replay, Server, Timeout,
};

use super::{Rule, says_any};

/// The rows.
pub const ROWS: &[Rule] = &[
    // Words.
    Rule::word(BadRequest, "missing_required_parameter"),
    // An empty account may still be typed as a matter of rates, so money goes first.
    Rule::word(
        Billing,
        "allocationquota.freetieronly|arrearage|billing_disabled|billing_error|\
        billing_hard_limit_reached|billing_not_active|budget_exceeded|budgetexceedederror|\
        credit_balance_exhausted|enforced_spend_limit_reached|exceeded_current_quota_error|\
        insufficient_balance|insufficient_balance_error|insufficient_credits|\
        insufficient_g1_credits_balance|\
        insufficient_quota|organization_spend_limit_exceeded|\
        organization_usage_limit_exceeded|payment_required|project_spend_limit_exceeded|\
        usage_limit_exceeded|usage_limit_reached",
    ),
    // `no_db_connection` is LiteLLM's: a key other than its own is looked up in a database.
    Rule::word(
        Auth,
        "access_terminated|access_token_expired|access_token_type_unsupported|\
        account_deactivated|account_state_invalid|api_key_expired|api_key_invalid|\
        authentication|authentication_error|authenticationerror|authorized_error|\
        consumer_invalid|consumer_suspended|credentials_missing|expired_api_key|\
        expiredtokenexception|incompletesignatureexception|invalid_api_key|\
        invalid_authentication|invalid_authentication_error|invalid_client|invalid_grant|\
        invalid_token|invalidsignatureexception|missingauthenticationtokenexception|\
        no_db_connection|token_expired|unauthenticated|unauthorized|unrecognizedclientexception|wrong_api_key",
    ),
    Rule::word(
        Permission,
        "access_token_scope_insufficient|accessdeniedexception|data_residency_mismatch|\
        forbidden|iam_permission_denied|insufficient_permissions|ip_not_authorized|\
        location_policy_violated|missing_scope|permission_denied|permission_error|\
        permissiondenied|permissiondeniederror|security_policy_violated|service_disabled|\
        service_not_visible|unauthorized_client|unsupported_country_region_territory|\
        user_blocked_by_admin|user_project_denied|api_key_android_app_blocked|\
        api_key_http_referrer_blocked|api_key_ios_app_blocked|api_key_ip_address_blocked|\
        api_key_service_blocked",
    ),
    Rule::word(
        Overloaded,
        "capacity_exceeded|engine_overloaded_error|flex_unavailable|model_capacity_exhausted|\
        modelnotreadyexception|overloaded|overloaded_error|provider_unavailable|\
        queue_exceeded|server_is_overloaded|server_overloaded|\
        service_tier_capacity_exceeded|service_unavailable_error|serviceunavailableerror|\
        serviceunavailableexception|unavailable|unavailable_error",
    ),
    Rule::word(
        RateLimit,
        "quota_exceeded|rate_limit_error|rate_limit_exceeded|rate_limit_reached_error|\
        rate_limited|ratelimiterror|ratelimitreached|requests|resource_exhausted|slow_down|\
        servicequotaexceededexception|throttlingexception|token_quota_exceeded|tokens|\
        too_many_requests|too_many_tokens_error|toomanyrequests|toomanyrequestsexception",
    ),
    Rule::word(
        Timeout,
        "deadline_exceeded|modeltimeoutexception|request_timeout|timeout|timeout_error",
    ),
    Rule::word(
        ContextOverflow,
        "context_length_exceeded|contextwindowexceedederror|exceed_context_size_error|\
        model_context_window_exceeded|request_too_large|string_above_max_length|\
        too_many_tokens",
    ),
    Rule::word(
        ContentFilter,
        "bio_policy|blocklist|content_blocked|content_filter|content_policy_violation|\
        contentpolicyviolationerror|cyber_policy|data_inspection_failed|flagged|\
        image_content_policy_violation|image_prohibited_content|image_recitation|\
        image_safety|invalid_prompt|misalignment_policy_violation|moderation_blocked|\
        prohibited_content|recitation|responsibleaipolicyviolation|safety|spii",
    ),
    // What was given back of an earlier answer, and is no longer taken.
    Rule::word(
        Replay,
        "invalid_encrypted_content|invalid_thinking_signature",
    ),
    // What this model refuses the next may take.
    Rule::word(
        Format,
        "json_validate_failed|malformed_function_call|malformed_tool_call|\
        missing_thought_signature|tool_use_failed|too_many_tool_calls|unexpected_tool_call|unsupported_parameter|unsupported_value",
    ),
    Rule::word(
        ModelNotFound,
        "dedicated_endpoint_not_running|deploymentnotfound|invalid_model|model_decommissioned|model_deprecated|\
        model_not_available|model_not_exist|model_not_found|model_not_supported|modelerror|\
        param=model|unknown_model",
    ),
    Rule::word(
        BadRequest,
        "empty_image_file|image_file_too_large|image_parse_error|image_too_large|\
        image_too_small|invalid_base64_image|invalid_image|invalid_image_format|\
        invalid_image_mode|invalid_image_url|invalid_type|invalid_value|unknown_parameter|\
        unsupported_image_media_type",
    ),
    Rule::word(Aborted, "cancelled"),
    Rule::word(Server, "conflict_error"),
    // Phrases. States are named in so many words.
    Rule::phrase(
        Replay,
        "invalid*signature*thinking|signature*thinking*invalid|thinking*cannot be modified|\
        must start with a thinking block|expected `thinking` or `redacted_thinking`|\
        encrypted content*could not be|encrypted_content*could not be|\
        encrypted content*organization|without its required following item|\
        without its required 'reasoning' item|items are not persisted when|\
        thought signature is not valid|invalid thought signature|corrupted thought signature|\
        thought_signature*not valid|thought_signature*invalid",
    ),
    // Then who may not, then the model, so that neither is taken for a matter of money.
    Rule::phrase(
        Permission,
        "access to the*is denied|check your network settings|\
        country, region, or territory not supported|does not have access to model|\
        does not have access to the model|organization does not have access|\
        don't have access to the model|extra usage is required|insufficient permissions|\
        ip is not authorized|ip not authorized|lacks the required|location is not supported|\
        member of an organization|missing scopes|not authorized to use|\
        not yet include access|only authorized for use with|organization must be verified|\
        requires a subscription",
    ),
    Rule::phrase(
        ModelNotFound,
        "deployment*does not exist|invalid model id|invalid model name|invalid model:|\
        invalid model '|invalid model `|is not a valid model|model identifier is invalid|\
        model not exist|no endpoints found|no such model|no models loaded|\
        could not find*model|non-serverless model|not a chat model|not found the model|\
        not supported model|on-demand throughput isn|only supports interactions api|\
        try pulling it first|unknown model|unsupported model|模型不存在|模型未找到",
    ),
    Rule::phrase(
        Billing,
        "api usage limits|arrears|balance is not enough|balance*too low|overdue|past due|\
        unpaid|billing account|billing hard limit|billing is disabled|budget exceeded|\
        budget has been exceeded|budget limit exceeded|exceeded*budget|buy*credits|\
        complete your payment|credit balance|credits are depleted|credits*exhausted|\
        draw from your extra usage|dunning decision|enable billing|failure to pay|\
        included credits|insufficient balance|insufficient credit|insufficient funds|\
        insufficient quota|key limit exceeded|monthly spend|more credits|have any credits|\
        have no credits|no credits left|no credits remaining|no remaining credits|\
        no resource package|not enough credits|out of credits|out of extra usage|\
        package has expired|payment required|prepay |prepayment|purchase*credits|\
        regain access on|requires billing|requires more credits|spend cap|spend limit|\
        spending cap|spending limit|subscription has expired|please top up|top up your|余额不足|\
        充值|套餐已到期|欠费|残高が不足|잔액이 부족|guthaben reicht nicht|solde insuffisant|saldo insuficiente",
    ),
    Rule::phrase(
        Auth,
        "access was terminated|api key*deleted|api key*disabled|api key*expired|\
        api key*revoked|invalid credentials|invalid token|invalid x-api-key|\
        account has been deactivated|api key is missing or invalid|api key not found|\
        api key not valid|api key you provided is invalid|api key*is invalid|\
        api_key_invalid|authentication fails|authorization failed|didn't provide an api key|\
        has been suspended|incorrect api key|invalid api key|\
        invalid authentication credentials|invalid subscription key|\
        invalid username or password|login fail|missing authentication header|\
        no api key provided|organization has been disabled|reported as leaked|\
        security token included in the request is|signature we calculated does not match|\
        token has been revoked|token has expired|unregistered callers|wrong api key|令牌无效|\
        身份验证失败|无效的api",
    ),
    Rule::phrase(
        RateLimit,
        "hit*rate limit|concurrency limit|max*concurrency|rate-limited|rate limit|\
        request limit reached|requests per day|requests per hour|requests per min|\
        requests per second|resourceexhausted|spend-based rate|throttl|tokens per day|\
        tokens per hour|tokens per min|tokens per second|too many concurrent|\
        too many requests|too many tokens*slow down|too many tokens*wait|并发|速率限制|请求过于频繁|\
        リクエストが多すぎ|요청이 너무 많|trop de requêtes|zu viele anfragen|demasiadas solicitudes",
    ),
    Rule::phrase(
        Overloaded,
        "at capacity|generate first token before|is currently loading|loading model|model is loading|capacity exceeded|\
        high demand|maximum pending requests|no capacity|over capacity|overloaded|\
        server busy|server is busy|temporarily unavailable|bedrock is unable to process|\
        服务器繁忙|系统繁忙|负载较高|過負荷",
    ),
    Rule::phrase(
        ContentFilter,
        "blocked by content filter|blocked input|blocked output|content exists risk|\
        content filtering policy|content management policy|content policy|flagged for|\
        harmful content|inappropriate content|our safety system|request blocked due to|\
        sensitive content|violat*polic|was flagged|敏感内容|不安全或敏感|违规内容",
    ),
    Rule::phrase(
        ContextOverflow,
        "`inputs` tokens + `max_new_tokens` must be|`inputs` must have less than|\
        max_tokens must be at least 1, got -|token length too long|context window exceed|\
        exceed context limit|exceed*context length|exceed*context size|\
        exceed*context window|exceed*input length|exceed*maximum input|\
        exceed*maximum number of tokens|input length*exceed|max input tokens|\
        range of input length|too large for model|context overflow|\
        exceeded model token limit|exceeds max length|exceeds maximum context|\
        greater than the context length|input context is too long|input is too long|\
        input token count*exceeds the maximum|input token count*only supports up to|\
        input tokens exceed|max context length|maximum context length|\
        maximum prompt length is|payload size exceeds the limit|prompt is too long|\
        prompt too long|reduce the length of the messages|request too large|\
        token count exceeds the maximum|token limit exceeded|token*exceeds the limit of|\
        too many input tokens|too many tokens|上下文长度|上下文窗口|输入过长|コンテキスト長|컨텍스트 길이",
    ),
    Rule::phrase(
        ModelNotFound,
        "model*does not exist|model*end of its life|model*has been decommissioned|\
        model*is not accessible via|model*is not available|model*is not supported|\
        model*no longer|model*not found|model*retired",
    ),
    Rule::phrase(
        Format,
        "must alternate|should be alternating|does not support|for this model|\
        image exceeds|image file is too large|image input is not supported|image is too large|\
        image too large|is not enabled for models/|malformed input request|\
        maximum allowed number of output tokens|missing data required for image input|\
        no tool output found|must be passed back|missing `reasoning_content`|property 'reasoning*is unsupported|\
        not supported by this model|not supported on this model|not supported with this model|\
        thought signature|thought_signature|tool result*not found",
    ),
    Rule::quota(
        "billing cycle|exceeded current quota|exceeded your current quota|billing details|\
        free quota has been exhausted|quota*exhausted|usage limit|add extra usage",
    ),
    // General words.
    Rule::general(
        BadRequest,
        "badrequesterror|invalid_argument|invalid_request|invalid_request_error|out_of_range|\
        parameter_unknown|validationexception",
    ),
    Rule::general(ModelNotFound, "not_found|not_found_error|notfounderror"),
    Rule::general(
        Server,
        "aborted|api_error|data_loss|internal|internal_server_error|internalservererror|\
        internalserverexception|modelerrorexception|modelstreamerrorexception|server_error|\
        unknown",
    ),
    // Statuses.
    Rule::status(Network, "407"),
    // 499 is a proxy's word for a client that went away, and none of ours would read it.
    Rule::status(Server, "409|424|499"),
    Rule::status(Other, "418|421|425|426"),
    Rule::status(Permission, "451"),
    Rule::status(Overloaded, "498"),
];

/// How servers say that there is nothing at an address.
pub(super) const NO_ROUTE: &str = "404 page not found|cannot post|cannot get|no handler found|no route|unexpected endpoint|\
     invalid url|page not found";

/// How servers say that the address begins with the wrong scheme.
pub(super) const WRONG_SCHEME: &str = "plain http request was sent to https|http request to an https server|\
     speaking plain http to an ssl-enabled|https is required|use https";

/// Whether a text speaks of a limit of an hour or less.
pub(super) fn refills_soon(text: &str) -> bool {
    says_any(text, "per min|per hour|hourly|per second")
}
