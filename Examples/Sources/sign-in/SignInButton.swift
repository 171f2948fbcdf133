/// The button, by Apple's guidelines ("Sign in with Apple", Human Interface Guidelines): one of the three titles, black
/// or white or white with an outline, at least 140 by 30 points, the title at 43 % of the height, the logo as high as
/// the button, a margin of a tenth of the height.
///
/// The logo here is drawn for this example. A site of yours takes the artwork that Apple offers for download.
enum SignInButton {
    enum Look: String {
        case black, white, outlined
    }

    static func html(_ look: Look, title: String = "Sign in with Apple") -> String {
        """
        <a id="sign-in" class="apple-button \(look.rawValue)" href="/auth/apple" role="button">\(logo)<span>\(title)</span></a>
        """
    }

    private static let logo = """
        <svg viewBox="0 -1.6 31 44" aria-hidden="true" focusable="false"><path fill="currentColor" d="M15.9 15.7c-.9 \
        0-2.2-1-3.7-1-2.600 0-5.100 2.100-5.100 6.100 0 4.200 2.900 9.600 5.500 9.600 1.200 0 1.900-.8 3.500-.8 1.700 0 2.200.8 3.500.8 \
        1.900 0 3.600-2.900 4.300-5.100-1.700-.7-2.700-2.200-2.700-3.900 0-1.600.9-2.900 2.200-3.700-.9-1.500-2.400-2.500-4.100-2.500-1.500 \
        0-2.500.5-3.400.5z"/><path fill="currentColor" d="M15.700 14.300c-.2-2.100 1.500-4.300 3.700-4.600.3 2.300-1.700 4.600-3.700 4.600z"/></svg>
        """
}

enum Style {
    static let css = """
        :root { color-scheme: light dark; --card: #fff; --page: #f4f1ec; --text: #1d1d1f; --quiet: #6b6762; --line: #0000001a; --accent: #b4572a }
        @media (prefers-color-scheme: dark) {
          :root { --card: #1f1e1d; --page: #131211; --text: #f3f1ee; --quiet: #a39d96; --line: #ffffff26; --accent: #e39163 }
        }
        * { box-sizing: border-box }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
          background: var(--page); color: var(--text); font: 17px/1.5 -apple-system, "Segoe UI", Inter, system-ui, sans-serif }
        main { width: 100%; max-width: 29rem; padding: 2.25rem; background: var(--card); border: 1px solid var(--line);
          border-radius: 1.25rem; box-shadow: 0 1.25rem 3rem #00000014 }
        .eyebrow { margin: 0; color: var(--accent); font-weight: 600; letter-spacing: .02em }
        h1 { margin: .25rem 0 .5rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em }
        .lead, .small { text-wrap: balance; color: var(--quiet); margin: 0 0 1.5rem }
        .small { font-size: .85rem; margin: 1.25rem 0 0 }
        .note { padding: .7rem .9rem; border-radius: .7rem; background: #b4572a1f; font-size: .95rem }
        dl { font-size: .95rem; display: grid; grid-template-columns: auto 1fr; gap: .5rem 1.25rem; margin: 1.25rem 0 1.75rem }
        dt { color: var(--quiet) } dd { margin: 0; overflow-wrap: anywhere }
        form { margin: 0 } a { color: var(--accent) }
        button { width: 100%; min-height: 44px; margin-top: .75rem; font: inherit; font-weight: 600; border-radius: .6rem;
          border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer }
        .danger { color: #c4281c; border-color: #c4281c66 }
        .apple-button { display: flex; align-items: center; justify-content: center; height: 44px; min-width: 140px;
          min-height: 30px; margin: 4.4px 0; padding: 0 12px 0 0; border-radius: 8px; text-decoration: none;
          font: 500 19px/1 -apple-system, Inter, system-ui, sans-serif; white-space: nowrap }
        .apple-button svg { height: 44px; width: 31px; flex: none }
        .apple-button.black { background: #000; color: #fff }
        .apple-button.white { background: #fff; color: #000 }
        .apple-button.outlined { background: #fff; color: #000; box-shadow: inset 0 0 0 1px #000 }
        .apple-button:focus-visible, button:focus-visible { outline: 3px solid #0071e3; outline-offset: 2px }
        @media (prefers-color-scheme: dark) { .apple-button.black { background: #fff; color: #000 } .danger { color: #ff8a80 } }
        """
}
