import CPage
import NIOCore
import NIOHTTP1

/// `/login`: a form for the token, and what takes it. A right one gives a cookie and leads to the page, that of `?next=`
/// where it names one. The form is sent to the address that it came from, so that the query goes with it. Whoever is
/// signed in is led on at once.
///
/// Browsers are answered with a page and programs with a problem document.
struct LoginResponder: Responder {
  let access: AccessControl
  /// Paths that a visitor may be led to. Others, and other sites, are none of those.
  let pages: Set<String>

  func answer(_ request: Request, on eventLoop: any EventLoop) throws(Refusal) -> Answer {
    guard access.needsToken else { return .complete(.redirect(to: destination(of: request))) }
    guard request.method == .post else {
      return .complete(request.isSignedIn ? .redirect(to: destination(of: request)) : LoginPage.response())
    }
    do throws(Refusal) {
      let token = try Self.token(in: request)
      let session = try access.signIn(token: token, from: request.origin.client)
      return .complete(.redirect(to: destination(of: request), session: session, request: request))
    } catch {
      guard request.isNavigation else { throw error }
      return .complete(LoginPage.response(after: error.response))
    }
  }

  /// Relative to this path.
  private func destination(of request: Request) -> String {
    let next = request.queryValue("next").map(FormText.decoded) ?? "/"
    return pages.contains(next) ? "." + next : "./"
  }

  private static func token(in request: Request) throws(Refusal) -> String {
    let type = request.contentType?.prefix { $0 != ";" }.lowercased()
    guard type == "application/x-www-form-urlencoded" else {
      throw Refusal(.unsupportedMediaType, "A form is expected here: application/x-www-form-urlencoded.")
    }
    guard let value = FormText.value(of: "token", in: String(buffer: request.body)), !value.isEmpty else {
      throw Refusal(.badRequest, "The form has no token.")
    }
    return FormText.decoded(value)
  }
}

/// The page that asks for the token.
private enum LoginPage {
  private static let html: String = {
    let file = cpage_login()
    return String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.size), as: UTF8.self)
  }()

  /// The form; where an attempt failed, with what was wrong and the status that says so to programs.
  static func response(after failure: Response? = nil) -> Response {
    let message =
      switch failure?.status {
      case nil: ""
      case .tooManyRequests?:
        "Too many wrong tokens came from here. Wait \(failure?.headers.first(name: "Retry-After") ?? "60") "
          + "seconds, then try again."
      case .unauthorized?: "That is not the token."
      default: "No token came. Please type it in."
      }
    // The page has this text in one place, marked as hidden as long as there is nothing to say.
    let text =
      message.isEmpty ? html : html.replacing(" hidden><!-- problem -->", with: ">\(message)")
    var response = Response(
      failure?.status ?? .ok, contentType: "text/html; charset=utf-8", body: ByteBuffer(string: text))
    response.protectPage(formAction: "'self'")
    // With no-referrer browsers would not say which page sends the form.
    response.referrerPolicy = "same-origin"
    for name in ["Retry-After", "WWW-Authenticate"] {
      if let value = failure?.headers.first(name: name) { response.headers.add(name: name, value: value) }
    }
    return response
  }
}
