/// The page's style sheet.
enum StatusPageStyle {
    static let css: StaticString = """
        :root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#16191d;--soft:#5a6270;--line:#dfe3e8;--good:#1a7f4b;\
        --goodbg:#e3f5ea;--bad:#c62828;--badbg:#fdeaea;--warn:#9a5b00;--bar:#3b72d9;--bar2:#8a94a6}
        @media(prefers-color-scheme:dark){:root{--bg:#111418;--card:#1a1f26;--ink:#e8ebef;--soft:#9aa5b4;--line:#2c333d;\
        --good:#4cc583;--goodbg:#12301f;--bad:#ff7b72;--badbg:#3b1617;--warn:#e0a84a;--bar:#6d9bf0;--bar2:#6f7b8d}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:1.25rem 1rem 3rem}
        h1{font-size:1.4rem;margin:0 0 .1rem;overflow-wrap:anywhere}
        h2{font-size:1.05rem;margin:0 0 .6rem}
        p{margin:.2rem 0}
        .soft{color:var(--soft)}
        .banner{border-radius:.6rem;padding:.9rem 1rem;margin:1rem 0;border:1px solid}
        .banner strong{display:block;font-size:1.15rem}
        .good{background:var(--goodbg);border-color:var(--good)}.good strong{color:var(--good)}
        .bad{background:var(--badbg);border-color:var(--bad)}.bad strong{color:var(--bad)}
        .cards{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.75rem;margin:0 0 .75rem}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem;min-width:0;\
        overflow-wrap:anywhere}
        .card dt{color:var(--soft);font-size:.85rem}
        .card dd{margin:0;font-size:1.15rem;font-weight:600}
        .card small{color:var(--soft);display:block;font-size:.85rem;font-weight:400}
        section.card{margin:0 0 .75rem}
        svg{display:block;width:100%;height:11rem}
        .b{fill:var(--bar)}.t{fill:var(--bar2)}.g{fill:var(--bad);fill-opacity:.28}.x{fill:var(--bad)}.w{fill:var(--warn)}
        .axis{stroke:var(--line);stroke-width:1}
        .ends{display:flex;justify-content:space-between;color:var(--soft);font-size:.8rem;margin:.15rem 0 .7rem}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;color:var(--soft);font-size:.85rem}
        .legend i{display:inline-block;width:.8em;height:.8em;border-radius:.15em;margin-right:.35em;vertical-align:-.05em}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:.92rem}
        th,td{text-align:left;padding:.35rem .7rem .35rem 0;border-top:1px solid var(--line);vertical-align:top}
        thead th{border-top:0;color:var(--soft);font-weight:500;white-space:nowrap}
        td.n{white-space:nowrap;font-variant-numeric:tabular-nums}
        .no{color:var(--bad);font-weight:600}.yes{color:var(--good)}.maybe{color:var(--warn)}
        @media(max-width:40rem){.cards{grid-template-columns:repeat(2,minmax(0,1fr))}svg{height:8.5rem}thead{display:none}\
        tr{display:flex;flex-wrap:wrap;gap:0 1rem;border-top:1px solid var(--line);padding:.4rem 0}\
        td{border:0;padding:0}td:last-child{flex-basis:100%}}
        ul{margin:0;padding-left:1.2rem}
        footer{color:var(--soft);font-size:.85rem;margin-top:1.2rem}
        """
}
