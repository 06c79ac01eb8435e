#include "net/wire.h"

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/tls.h"

namespace goetia {

void Wire::close() {
    error_code ignored;  // it is closed either way
    socket().close(ignored);
}

asio::awaitable<void> shake_hands(Wire& wire, asio::ssl::stream_base::handshake_type side, error_code& error) {
    co_await wire.tls()->async_handshake(side, asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<std::size_t> read_some(Wire& wire, asio::mutable_buffer into, error_code& error) {
    const std::size_t count = co_await wire.async_read_some(into, asio::redirect_error(asio::use_awaitable, error));
    co_return count;
}

asio::awaitable<void> write_both(Wire& wire, asio::const_buffer first, asio::const_buffer second, error_code& error) {
    const std::array<asio::const_buffer, 2> both{first, second};
    co_await asio::async_write(wire, both, asio::redirect_error(asio::use_awaitable, error));
}

struct Deadline::State {
    State(const asio::any_io_executor& executor, std::function<void()> on_expiry)
        : timer(executor), on_expiry(std::move(on_expiry)) {}

    asio::steady_timer timer;
    std::function<void()> on_expiry;
    std::optional<Clock::time_point> due;
    bool waiting = false;
};

Deadline::Deadline(const asio::any_io_executor& executor, std::function<void()> on_expiry)
    : state_(std::make_shared<State>(executor, std::move(on_expiry))) {}

Deadline::~Deadline() { cancel(); }

void Deadline::after(double seconds) {
    state_->due = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    if (state_->waiting && state_->timer.expiry() <= *state_->due) return;  // the timer wakes earlier and looks again
    if (state_->waiting) {
        state_->timer.cancel();  // its handler waits anew
        return;
    }
    wait(state_);
}

void Deadline::cancel() {
    state_->due.reset();
    state_->timer.cancel();
}

void Deadline::wait(const std::shared_ptr<State>& state) {
    state->waiting = true;
    state->timer.expires_at(*state->due);
    state->timer.async_wait([weak = std::weak_ptr(state)](const error_code&) {
        const auto state = weak.lock();
        if (!state) return;
        state->waiting = false;
        if (!state->due) return;
        if (Clock::now() < *state->due) return wait(state);
        state->due.reset();
        state->on_expiry();
    });
}

namespace {

// TLS 1.3 only: both ends are ours or a browser's, and nothing older is needed.
bool only_tls_1_3(asio::ssl::context& context) {
    SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);  // idle connections hold no record buffers
    return SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_3_VERSION) == 1;
}

int pin_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr,
                                                      [](void*, void* pins, CRYPTO_EX_DATA*, int, long, void*) {
                                                          delete static_cast<std::vector<std::string>*>(pins);
                                                      });
    return index;
}

int has_pinned_key(X509_STORE_CTX* chain, void* pins) {
    const auto& known = *static_cast<const std::vector<std::string>*>(pins);
    X509* certificate = X509_STORE_CTX_get0_cert(chain);
    const bool pinned = certificate && std::find(known.begin(), known.end(), pin_of(certificate)) != known.end();
    X509_STORE_CTX_set_error(chain, pinned ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
    return pinned ? 1 : 0;
}

}  // namespace

Result<std::unique_ptr<asio::ssl::context>> server_context(const TlsIdentity& identity) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    error_code error;
    if (!only_tls_1_3(*context)) return failed("OpenSSL has no TLS 1.3");
    SSL_CTX_set_num_tickets(context->native_handle(), 0);
    context->use_certificate_chain_file(identity.certificate.string(), error);
    if (error) return failed("cannot use the certificate '{}': {}", identity.certificate.string(), error.message());
    context->use_private_key_file(identity.key.string(), asio::ssl::context::pem, error);
    if (error) return failed("cannot use the key '{}': {}", identity.key.string(), error.message());
    return context;
}

Result<std::unique_ptr<asio::ssl::context>> client_context(std::vector<std::string> pins) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    if (!only_tls_1_3(*context)) return failed("OpenSSL has no TLS 1.3");
    error_code error;
    context->set_verify_mode(asio::ssl::verify_peer, error);
    if (pins.empty()) {
        context->set_default_verify_paths(error);
        if (error) return failed("cannot find the system's certificate authorities: {}", error.message());
        return context;
    }
    auto* kept = new std::vector<std::string>(std::move(pins));  // freed with the context
    SSL_CTX_set_ex_data(context->native_handle(), pin_index(), kept);
    SSL_CTX_set_cert_verify_callback(context->native_handle(), has_pinned_key, kept);
    return context;
}

}  // namespace goetia
