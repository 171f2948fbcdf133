/// The style sheet of the gallery.
enum PreviewStyle {
    static let text = """
        :root{color-scheme:light dark;--bg:#f6f7f9;--side:#fff;--card:#fff;--text:#1b1f26;--soft:#59636f;--line:#dde2e8;--head:#eef1f5;\
        --accent:#0b57a4;--ok:#0b5d86;--ok-bg:#e3f1f9;--warn:#7a4d00;--warn-bg:#fdf0d2;--bad:#a3260f;--bad-bg:#fde9e3;--stage:#e7ebf0;--night:#0b0d10;--shell:#15181d}
        @media(prefers-color-scheme:dark){:root{--bg:#11151a;--side:#161b21;--card:#191f26;--text:#e8ebef;--soft:#9daab8;--line:#2d3640;\
        --head:#212932;--accent:#7db8f5;--ok:#8accf2;--ok-bg:#16303f;--warn:#f3c566;--warn-bg:#3d2e0c;--bad:#ffa48f;--bad-bg:#481d14;--stage:#20272f;--night:#07090b;--shell:#3a434e}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
        [hidden]{display:none!important}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
        .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:9}
        .page{display:grid;grid-template-columns:13.5rem minmax(0,1fr);min-height:100vh}
        nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.2rem .8rem;background:var(--side);border-right:1px solid var(--line);display:flex;flex-direction:column}
        nav .home{display:block;padding:.2rem .7rem 1rem;color:inherit;text-decoration:none}
        nav .home b{display:block;font-size:1.1rem;letter-spacing:-.01em}nav .home span{color:var(--soft);font-size:.85rem}
        nav h2{margin:1rem .7rem .3rem;font-size:.72rem;font-weight:600;text-transform:uppercase;letter-spacing:.06em;color:var(--soft)}
        nav ul{margin:0;padding:0;list-style:none}
        nav li a{display:flex;align-items:center;gap:.5rem;padding:.38rem .7rem;border-radius:8px;color:inherit;text-decoration:none}
        nav li a:hover{background:var(--head)}nav li a[aria-current]{background:var(--accent);color:var(--bg);font-weight:600}
        .dot{flex:none;width:.5rem;height:.5rem;margin-left:auto;border-radius:50%;background:var(--warn)}.dot.failure{background:var(--bad);border-radius:1px}[aria-current] .dot{background:currentColor}
        .fine{margin:auto 0 0;padding:1.2rem .7rem 0;color:var(--soft);font-size:.78rem}
        main{padding:1.2rem 1.5rem 4rem;min-width:0}.mail,.overview{scroll-margin-top:20rem}
        h1{font-size:1.5rem;line-height:1.2;margin:0;letter-spacing:-.01em}
        p{margin:.3rem 0}.lead{color:var(--soft)}
        .toolbar{display:flex;flex-wrap:wrap;gap:.6rem;justify-content:flex-end;margin-bottom:.4rem}
        .choice{display:flex;border:1px solid var(--line);border-radius:9px;background:var(--card);padding:2px}
        .choice button{font:inherit;font-size:.84rem;color:var(--soft);background:none;border:0;border-radius:7px;padding:.22rem .7rem;cursor:pointer}
        .choice button[aria-pressed=true]{background:var(--head);color:var(--text);font-weight:600}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(21.5rem,1fr));gap:1.1rem;margin:1.2rem 0 0;padding:0;list-style:none}
        .cards a{display:block;border:1px solid var(--line);border-radius:14px;overflow:hidden;background:var(--card);color:inherit;text-decoration:none}
        .cards a:hover{border-color:var(--accent)}
        .thumbs{display:flex;gap:.7rem;justify-content:center;height:13.6rem;padding:1.1rem 1.1rem 0;background:var(--stage);overflow:hidden}
        .thumb{flex:none;overflow:hidden;border-radius:8px 8px 0 0;box-shadow:0 1px 6px rgba(0,0,0,.18);background:#f4f4f5;pointer-events:none}
        .thumb.dark{background:#18181b}
        .thumb.desktop{width:190px}.thumb.phone{width:105px;border-radius:12px 12px 0 0}
        .thumb iframe{transform-origin:0 0;height:800px!important;border:0}.thumb.desktop iframe{transform:scale(.2795)}.thumb.phone iframe{transform:scale(.28)}
        .caption{display:block;padding:.8rem 1.1rem .9rem;border-top:1px solid var(--line)}.caption b,.caption small{display:block}.caption small{color:var(--soft);font-size:.84rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .mail{margin-top:2.4rem}.js .mail{margin-top:0}
        .inbox{display:flex;align-items:center;gap:.8rem;margin:1rem 0 .7rem;padding:.7rem 1rem;border:1px solid var(--line);border-radius:12px;background:var(--card)}
        .face{flex:none;display:grid;place-items:center;width:2.1rem;height:2.1rem;border-radius:50%;background:var(--accent);color:var(--bg);font-weight:600}
        .who{flex:none;max-width:12rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .what{min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.rest{margin-left:.6rem;color:var(--soft)}
        .facts{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 1rem;padding:0;list-style:none;color:var(--soft);font-size:.82rem}
        .facts li{padding:.12rem .65rem;border:1px solid var(--line);border-radius:99px}.facts b{color:var(--text);font-variant-numeric:tabular-nums}
        .tabs{display:flex;gap:.2rem;border-bottom:1px solid var(--line);margin-bottom:1.1rem;overflow-x:auto}
        .tabs button{font:inherit;font-size:.92rem;color:var(--soft);background:none;border:0;border-bottom:2px solid transparent;padding:.5rem .8rem;cursor:pointer;white-space:nowrap}
        .tabs button[aria-selected=true]{color:var(--text);font-weight:600;border-bottom-color:var(--accent)}
        .panel{margin-bottom:1.5rem}
        .views{display:flex;flex-wrap:wrap;gap:1.6rem;align-items:flex-start;justify-content:center;padding:1.6rem .8rem;margin-bottom:1.2rem;border-radius:16px;background:var(--stage)}
        .views.dark{background:var(--night)}.views.dark figcaption{color:#9daab8}
        figure{margin:0;max-width:100%}figcaption{margin-top:.6rem;text-align:center;color:var(--soft);font-size:.8rem}
        .window{width:680px;max-width:100%;border-radius:12px;overflow:hidden;box-shadow:0 8px 30px rgba(0,0,0,.16);background:#fff}
        .bar{display:flex;gap:6px;padding:10px 12px;background:#fff;border-bottom:1px solid #e3e7ec}.bar i{width:10px;height:10px;border-radius:50%;background:#cdd3da}
        .dark .bar{background:#2a2e34;border-color:#2a2e34}.dark .bar i{background:#4a515a}
        .handset{width:399px;max-width:100%;padding:12px;border-radius:44px;background:var(--shell);box-shadow:0 8px 30px rgba(0,0,0,.2)}
        .dark .handset{background:#33393f}
        .handset iframe{border-radius:32px}
        .window iframe,.handset iframe{display:block;width:100%;border:0;background:#f4f4f5}.dark .window iframe,.dark .handset iframe{background:#18181b}
        [data-theme-shown=light] .views.dark,[data-theme-shown=dark] .views.light,[data-width-shown=desktop] .phone[data-wide],[data-width-shown=phone] .desktop[data-wide]{display:none}
        pre{margin:0;padding:1.1rem 1.2rem;border:1px solid var(--line);border-radius:12px;background:var(--card);white-space:pre-wrap;overflow-wrap:anywhere;tab-size:2;font:13px/1.55 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        table.parts{width:100%;margin-top:1rem;border-collapse:separate;border-spacing:0;border:1px solid var(--line);border-radius:12px;background:var(--card);overflow:hidden;font-size:.9rem}
        .parts th,.parts td{text-align:left;padding:.5rem 1.1rem;border-bottom:1px solid var(--line);font-weight:400}.parts thead th{background:var(--head);color:var(--soft);font-size:.8rem;font-weight:600}.parts tbody tr:last-child>*{border-bottom:0}
        .parts td:last-child,.parts th:last-child{text-align:right;font-variant-numeric:tabular-nums}.parts thead th:last-child{text-align:right}
        .checks{display:grid;gap:.6rem;margin:0;padding:0;list-style:none}
        .checks li{display:flex;gap:.9rem;padding:.75rem 1.1rem;border:1px solid var(--line);border-radius:12px;background:var(--card)}.checks p{margin:0;color:var(--soft)}
        .sign{flex:none;display:grid;place-items:center;width:1.5rem;height:1.5rem;border-radius:50%;font-size:.85rem;font-weight:700;color:var(--ok);background:var(--ok-bg)}
        .warning .sign{color:var(--warn);background:var(--warn-bg)}.failure .sign{color:var(--bad);background:var(--bad-bg);border-radius:5px}
        @media(max-width:56rem){
        .page{display:block}nav{position:static;height:auto;padding:1rem;border-right:0;border-bottom:1px solid var(--line)}nav h2{display:none}nav ul{display:flex;gap:.2rem;overflow-x:auto}nav li a{white-space:nowrap}.fine{padding-top:.6rem}
        main{padding:1rem .9rem 3rem}.toolbar{justify-content:flex-start}
        .cards{grid-template-columns:minmax(0,1fr)}.views{padding:1.1rem .7rem;gap:1.2rem}
        .inbox{flex-wrap:wrap;gap:.2rem .8rem}.what{flex-basis:100%;white-space:normal}.rest{display:block;margin:0}
        .window{overflow-x:auto}.window iframe{width:680px}.handset{padding:8px;border-radius:32px}.handset iframe{border-radius:25px}
        }
        @media print{nav,.toolbar,.tabs{display:none}.page{display:block}}
        """
}
