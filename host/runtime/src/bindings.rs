//! The contract as the host sees it. The only `bindgen!`.

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "full-provider",
    imports: {
        "openclaw:provider/http.send": async | trappable,
        "openclaw:provider/http.[method]incoming-body.read": async | trappable,
        default: trappable,
    },
    exports: { default: async },
    with: {
        "openclaw:provider/secrets.secret": crate::secret::Handle,
        "openclaw:provider/http.incoming-body": crate::host::connection::Body,
    },
    require_store_data_send: true,
});
