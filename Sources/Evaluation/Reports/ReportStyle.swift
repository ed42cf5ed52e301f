/// The style sheet of a report's page.
enum ReportStyle {
  /// The figures' colours by theme, then everything else.
  static let sheet = """
    :root {
      color-scheme: light dark;
      --page: #f5f6f8; --card: #ffffff; --line: #dde1e7; --text: #1a1f26; --quiet: #566070;
      --accent: #0a6c8f; --caution: #8a5300; --caution-card: #fff3df;
    \(figureColors(\.light))}
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --page: #0f1317; --card: #171c22; --line: #29313a; --text: #e7eaee; --quiet: #9da8b5;
        --accent: #5bbfe0; --caution: #f0b45a; --caution-card: #33270f;
    \(figureColors(\.dark))  }
    }
    \(layout)
    """

  private static func figureColors(_ color: (FigureColor) -> UInt32) -> String {
    FigureColor.allCases.map { "  \($0.property): \(FigureColor.hexadecimal(color($0)));\n" }.joined()
  }

  private static let layout = """
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.55 system-ui, sans-serif;
      overflow-wrap: anywhere; }
    main { max-width: 54rem; margin-inline: auto; padding: 1.5rem max(1rem, env(safe-area-inset-right)) 3rem
      max(1rem, env(safe-area-inset-left)); }
    h1 { font-size: 1.7rem; line-height: 1.2; letter-spacing: -0.015em; margin: 0.5rem 0 0.6rem;
      text-wrap: balance; }
    h2 { font-size: 1.2rem; line-height: 1.3; margin: 2.4rem 0 0.8rem; padding-top: 1.1rem;
      border-top: 1px solid var(--line); }
    p, ul { margin: 0 0 0.9rem; max-width: 44rem; }
    ul { padding-left: 1.2rem; }
    li { margin-bottom: 0.3rem; }
    a { color: var(--accent); }
    .summary { font-size: 1.12rem; color: var(--text); }
    .key-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem;
      margin: 1.2rem 0; }
    .key-figures > div { background: var(--card); border: 1px solid var(--line); border-radius: 0.7rem;
      padding: 0.8rem 1rem; }
    dt { color: var(--quiet); font-size: 0.88rem; }
    dd { margin: 0; color: var(--quiet); font-size: 0.84rem; line-height: 1.4; }
    dd.value { color: var(--text); font-size: 1.6rem; line-height: 1.3; font-weight: 650;
      font-variant-numeric: tabular-nums; }
    nav ul { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; list-style: none; padding: 0;
      font-size: 0.92rem; max-width: none; }
    nav a { text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
    figure { margin: 0 0 1.4rem; }
    figcaption { color: var(--quiet); font-size: 0.88rem; margin-top: 0.5rem; max-width: 44rem; }
    .wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 0.7rem;
      margin-bottom: 0.5rem; }
    .wide svg { display: block; max-width: 100%; height: auto; margin-inline: auto; }
    .wide:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .wide:has(> table) { margin-bottom: 1.2rem; }
    table { border-collapse: collapse; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--quiet); font-size: 0.88rem; padding: 0.7rem 1rem 0.3rem; }
    th, td { text-align: left; padding: 0.42rem 1rem; border-top: 1px solid var(--line);
      vertical-align: baseline; overflow-wrap: normal; }
    thead th { border-top: 0; color: var(--quiet); font-weight: 600; white-space: nowrap; }
    tbody th { font-weight: 500; }
    .number { text-align: right; white-space: nowrap; }
    .note { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--accent);
      border-radius: 0.4rem; padding: 0.7rem 1rem; }
    .note.caution { background: var(--caution-card); border-left-color: var(--caution); }
    .note strong { display: block; font-size: 0.88rem; color: var(--accent); }
    .note.caution strong { color: var(--caution); }
    pre { background: var(--card); border: 1px solid var(--line); border-radius: 0.7rem; padding: 0.9rem 1rem;
      overflow-x: auto; font: 0.84rem/1.5 ui-monospace, monospace; overflow-wrap: normal; margin: 0 0 1.2rem; }
    footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet);
      font-size: 0.84rem; white-space: pre-line; }
    @media (max-width: 40rem) {
      h1 { font-size: 1.4rem; }
      th, td { padding-inline: 0.6rem; }
      /* Text in a figure stays readable: the figure scrolls inside its frame instead of shrinking further. */
      .wide svg { max-width: none; width: max(100%, calc(0.78 * var(--figure-width))); }
    }
    @media print {
      body { background: none; font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      nav { display: none; }
      .wide, .key-figures > div, .note, pre { break-inside: avoid; overflow: visible; }
      figure, tr { break-inside: avoid; }
      h2 { break-after: avoid; }
      pre { white-space: pre-wrap; }
      * { print-color-adjust: exact; }
    }

    """
}
