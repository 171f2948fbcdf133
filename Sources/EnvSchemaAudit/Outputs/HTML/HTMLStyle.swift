/// The style sheet of the page.
enum HTMLStyle {
    // Blue, orange and grey stay apart for every kind of colour vision; each tone has its shape and its word besides.
    static let text = """
        :root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--text:#1b1f26;--soft:#59636f;--line:#dde2e8;--head:#eef1f5;\
        --accent:#0b57a4;--good:#0b5d86;--good-bg:#e3f1f9;--share:#4b3fa0;--share-bg:#eceafb;--link:#0a6064;--link-bg:#dff3f2;\
        --bad:#a3260f;--bad-bg:#fde9e3;--warn:#7a4d00;--warn-bg:#fdf0d2;--new:#83286f;--new-bg:#fae6f4;--quiet:#566270;--quiet-bg:#edf0f3}
        @media(prefers-color-scheme:dark){:root{--bg:#11151a;--card:#191f26;--text:#e8ebef;--soft:#9daab8;--line:#2d3640;\
        --head:#212932;--accent:#7db8f5;--good:#8accf2;--good-bg:#16303f;--share:#bdb4ff;--share-bg:#29264a;--link:#7fd8d3;\
        --link-bg:#143434;--bad:#ffa48f;--bad-bg:#481d14;--warn:#f3c566;--warn-bg:#3d2e0c;--new:#f3a7e0;--new-bg:#41203a;\
        --quiet:#a9b5c2;--quiet-bg:#28313b}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
        body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
        .page{max-width:84rem;margin:0 auto;padding:2rem 1.5rem 4rem}
        h1{font-size:1.65rem;line-height:1.2;margin:0;letter-spacing:-.01em}
        h2{font-size:1.15rem;margin:2.4rem 0 .8rem}
        h3{font-size:1rem;margin:0}
        p{margin:.3rem 0}
        a{color:inherit}
        code,.name{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
        .lead{color:var(--soft)}
        .sprite{position:absolute;width:0;height:0}
        .icon{width:1em;height:1em;flex:none;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        [hidden]{display:none!important}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
        .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:9}
        .counts{display:flex;flex-wrap:wrap;gap:.6rem;margin:1.2rem 0 0;padding:0;list-style:none}
        .counts li{display:flex;align-items:center;gap:.55rem;padding:.5rem .9rem;border-radius:10px;background:var(--card);border:1px solid var(--line);color:var(--soft)}
        .counts b{font-size:1.2rem;color:var(--text);font-variant-numeric:tabular-nums}
        .counts .icon{font-size:1.05rem}
        .counts .bad .icon{color:var(--bad)}.counts .warn .icon{color:var(--warn)}.counts .quiet .icon{color:var(--quiet)}
        .filters{display:flex;flex-wrap:wrap;gap:.8rem;align-items:end;margin:1.4rem 0 0;padding:1rem;border:1px solid var(--line);border-radius:12px;background:var(--card)}
        .filters label{display:flex;flex-direction:column;gap:.2rem;font-size:.78rem;color:var(--soft);flex:1 1 8.5rem}
        .filters label:first-child{flex:3 1 14rem}
        .filters input,.filters select,.filters button,.copy{font:inherit;font-size:.92rem;color:var(--text);background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:.45rem .6rem;min-height:2.4rem;width:100%}
        .filters button,.copy{width:auto;cursor:pointer}
        .filters button:hover,.copy:hover{border-color:var(--accent)}
        .filters output{flex:1 0 100%;font-size:.85rem;color:var(--soft)}
        .scroll{position:relative;overflow:auto;border:1px solid var(--line);border-radius:12px;background:var(--card)}
        table{border-collapse:separate;border-spacing:0;width:100%;font-size:.92rem}
        th,td{text-align:left;padding:.5rem .8rem;border-bottom:1px solid var(--line);vertical-align:middle}
        tbody tr:last-child>*{border-bottom:0}
        thead th{background:var(--head);font-size:.8rem;font-weight:600;color:var(--soft);white-space:nowrap}
        tbody th{font-weight:500}
        .matrix{max-height:80vh}
        .matrix thead th{position:sticky;top:0;z-index:2}
        .matrix th:first-child{position:sticky;left:0;z-index:1;background:var(--card);border-right:1px solid var(--line)}
        .matrix thead th:first-child{z-index:3;background:var(--head)}
        .matrix tbody tr:hover>*{background:var(--head)}
        .matrix th{white-space:nowrap}
        .matrix td{white-space:nowrap}
        .matrix .none{color:var(--line)}
        .dim>*{opacity:.18}th.dim{color:var(--line)}
        .lock{display:inline-flex;vertical-align:-.12em;margin-left:.4rem;color:var(--warn)}
        .chip{display:inline-flex;align-items:center;gap:.4rem;padding:.16rem .6rem .16rem .5rem;border-radius:99px;font-size:.8rem;font-weight:600;white-space:nowrap;text-decoration:none;border:1px solid transparent}
        a.chip:hover{border-color:currentColor}
        .flag{display:inline-flex;align-items:center;margin-left:.35rem;vertical-align:-.14em}
        .flag.bad{color:var(--bad)}.flag.warn{color:var(--warn)}.flag.quiet{color:var(--quiet)}
        .chip.good{color:var(--good);background:var(--good-bg)}.chip.share{color:var(--share);background:var(--share-bg)}
        .chip.link{color:var(--link);background:var(--link-bg)}.chip.bad{color:var(--bad);background:var(--bad-bg)}
        .chip.warn{color:var(--warn);background:var(--warn-bg)}.chip.new{color:var(--new);background:var(--new-bg)}
        .chip.quiet{color:var(--quiet);background:var(--quiet-bg)}
        .legend{display:flex;flex-wrap:wrap;gap:.5rem .9rem;margin:.8rem 0 0;padding:0;list-style:none;font-size:.82rem;color:var(--soft)}
        .legend li{display:flex;align-items:center;gap:.4rem}
        .findings{display:grid;grid-template-columns:minmax(0,1fr);gap:.7rem;margin:0;padding:0;list-style:none}
        .finding{padding:.9rem 1.1rem;border:1px solid var(--line);border-left:4px solid var(--quiet);border-radius:10px;background:var(--card)}
        .finding.bad{border-left-color:var(--bad)}.finding.warn{border-left-color:var(--warn);border-left-style:double;border-left-width:6px}
        .finding:target{outline:2px solid var(--accent)}
        .finding header{display:flex;flex-wrap:wrap;gap:.4rem .7rem;align-items:center}
        .finding header .code{margin-left:auto;color:var(--soft);font-size:.78rem}
        .finding .remedy{color:var(--soft)}
        .command{display:flex;gap:.6rem;align-items:flex-start;margin-top:.5rem}
        .command pre{flex:1;min-width:0;margin:0;padding:.5rem .7rem;white-space:pre-wrap;overflow-wrap:anywhere;border-radius:8px;background:var(--head)}
        .copy{padding:.25rem .7rem;min-height:0;font-size:.82rem;align-self:center}
        .service{margin-top:1.4rem;border:1px solid var(--line);border-radius:12px;background:var(--card);overflow:hidden}
        .service>header{padding:.9rem 1.1rem;border-bottom:1px solid var(--line);display:flex;flex-wrap:wrap;gap:.2rem .8rem;align-items:center}
        .service>header p{margin:0;color:var(--soft);font-size:.88rem}
        .service .wide{position:relative;overflow-x:auto}
        .service td:nth-child(2){white-space:nowrap}
        .service td.axes{color:var(--soft);font-size:.86rem}
        .service small{display:block;color:var(--soft);font-size:.82rem;max-width:34rem}
        .empty{padding:1.2rem;color:var(--soft)}
        footer{margin-top:3rem;color:var(--soft);font-size:.82rem}
        @media(max-width:46rem){
        .page{padding:1.2rem .9rem 3rem}
        .filters label{flex:1 1 8rem}.filters label:first-child{flex:1 0 100%}.filters button{flex:1 0 100%}
        .matrix .name{font-size:.72rem}
        .matrix tbody th{white-space:normal;overflow-wrap:anywhere;min-width:10.5rem;max-width:10.5rem}
        th,td{padding:.45rem .6rem}
        .service thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .service table,.service tbody,.service tr,.service tbody th,.service td{display:block;width:100%}
        .service tbody th,.service td{border:0;padding:.12rem 1.1rem}
        .service tr{padding:.65rem 0;border-bottom:1px solid var(--line)}
        .service tbody tr:last-child{border-bottom:0}
        .service td[data-label]::before{content:attr(data-label) ": ";color:var(--soft);font-size:.8rem}
        .service td:empty,.service td.blank{display:none}
        .command{flex-direction:column}.command pre{width:100%}.copy{align-self:flex-start}
        .finding header .code{margin-left:0}
        }
        @media print{.filters,.copy,.skip{display:none}.matrix{max-height:none}body{background:#fff}.finding,.service{break-inside:avoid}}
        @media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
        """
}
