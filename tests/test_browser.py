"""What a reader meets in a browser: headless Chromium on the built site."""

import ast
import contextlib
import doctest
import io
import os

import pytest

from labs import labs
from pages import LANGUAGES, ROOT, pages

PAGES = {
    (language, path[:-3].removesuffix("index").rstrip("/"))
    for language in LANGUAGES
    for path in [
        *pages(ROOT, language),
        *(f"labs/{lab}" for lab in labs(ROOT, language)),
    ]
}
PAGES = sorted(PAGES)
QUESTIONS = [
    path.removesuffix(".md")
    for path, page in pages(ROOT, "en").items()
    if page.question
]
SEARCHES = {
    "en": {
        "AI ML DL": "foundations/ai-ml-dl",
        "Minsky": "foundations/history",
        "XOR perceptron": "foundations/perceptron",
        "GLM": "foundations/generalized-linear-models",
        "IRLS": "foundations/generalized-linear-models",
        "broadcasting": "foundations/layer-dimensions",
        "hypergradient": "foundations/parameters-and-hyperparameters",
        "pipeline": "foundations/end-to-end",
        "tabular": "foundations/when-not-deep-learning",
        "sigmoid": "activations/sigmoid",
        "why non-linear": "activations/why-nonlinear",
        "SELU lecun": "activations/good-activation",
        "dying relu": "activations/comparing-activations",
        "zero initialization": "gradients/zero-initialization",
        "xavier he": "gradients/initialization",
        "clipping": "gradients/fixing-unstable-gradients",
        "lstm forget gate": "sequences/lstm",
        "exploding gradients monitor": "gradients/detecting-exploding-gradients",
        "SGD": "optimization/minibatch-gradient-descent",
        "batch size": "optimization/minibatch-gradient-descent",
        "Adam": "optimization/momentum-rmsprop-adam",
        "AdamW": "optimization/momentum-rmsprop-adam",
        "lr scheduler": "optimization/learning-rate-decay",
        "cosine warm-up": "optimization/learning-rate-decay",
        "local minimum": "optimization/saddle-points",
        "double descent": "generalization/bias-variance",
        "dev set": "generalization/data-splits",
        "L2": "generalization/why-regularization-works",
        "inverted dropout": "generalization/dropout",
        "fine-tuning": "generalization/transfer-learning",
        "grid search": "training/hyperparameter-search",
        "recipes": "training/training-recipes",
        "DataLoader workers": "training/faster-training",
        "如何确定是否出现梯度爆炸": "gradients/detecting-exploding-gradients",
        "Toeplitz matrix": "convolution/why-convolution",
        "equivariance": "convolution/convolution-or-fully-connected",
        "1x1 convolution": "convolution/kernel-depth",
        "groups": "convolution/kernel-depth",
        "LeNet shapes": "convolution/cnn-walkthrough",
        "3x3 7x7": "convolution/small-kernels",
        "atrous": "convolution/dilated-convolution",
        "gridding": "convolution/dilated-convolution",
        "max pooling": "convolution/pooling",
        "shift invariance": "convolution/pooling-and-translation",
        "SPP": "convolution/spatial-pyramid-pooling",
        "adaptive pooling": "convolution/spatial-pyramid-pooling",
        "global average pooling": "convolution/fully-connected-layer",
        "DeepFace": "convolution/locally-connected",
        "align_corners": "convolution/upsampling-downsampling",
        "AlphaGo": "convolution/cnn-beyond-vision",
        "ResNet": "architectures/classic-cnns",
        "AlexNet": "architectures/classic-cnns",
        "peephole": "sequences/lstm",
        "GRU": "sequences/gru-or-lstm",
        "TF-IDF": "language/tf-idf",
        "bag of words": "language/tf-idf",
        "word2vec": "language/skip-gram",
        "NER": "language/named-entity-recognition",
        "Viterbi": "language/named-entity-recognition",
        "GAN": "generative/gan",
        "mode collapse": "generative/gan",
        "autograd graph": "frameworks/computational-graph",
        "variable_scope": "frameworks/name-and-variable-scope",
        "parameter sharing": "convolution/why-convolution",
    },
    "zh": {
        "发展史": "foundations/history",
        "感知机": "foundations/perceptron",
        "GLM": "foundations/generalized-linear-models",
        "广播": "foundations/layer-dimensions",
        "超参数": "foundations/parameters-and-hyperparameters",
        "端到端": "foundations/end-to-end",
        "表格数据": "foundations/when-not-deep-learning",
        "饱和": "activations/sigmoid",
        "ReLU": "activations/relu-over-sigmoid",
        "非线性": "activations/why-nonlinear",
        "自归一化": "activations/good-activation",
        "零初始化": "gradients/zero-initialization",
        "梯度裁剪": "gradients/fixing-unstable-gradients",
        "循环网络": "gradients/rnn-gradients",
        "遗忘门": "gradients/rnn-gradients",
        "梯度消失": "gradients/vanishing-exploding-gradients",
        "如何确定是否出现梯度爆炸": "gradients/detecting-exploding-gradients",
        "随机梯度下降": "optimization/minibatch-gradient-descent",
        "SGD": "optimization/minibatch-gradient-descent",
        "批大小": "optimization/minibatch-gradient-descent",
        "动量": "optimization/momentum-rmsprop-adam",
        "Adam": "optimization/momentum-rmsprop-adam",
        "学习率衰减": "optimization/learning-rate-decay",
        "鞍点": "optimization/saddle-points",
        "双下降": "generalization/bias-variance",
        "验证集": "generalization/data-splits",
        "数据划分": "generalization/data-splits",
        "权重衰减": "generalization/why-regularization-works",
        "L2正则": "generalization/why-regularization-works",
        "随机失活": "generalization/dropout",
        "微调": "generalization/transfer-learning",
        "网格搜索": "training/hyperparameter-search",
        "调参": "training/training-recipes",
        "加速训练": "training/faster-training",
        "参数共享": "convolution/why-convolution",
        "等变": "convolution/convolution-or-fully-connected",
        "分组卷积": "convolution/kernel-depth",
        "参数量": "convolution/cnn-walkthrough",
        "小卷积核": "convolution/small-kernels",
        "空洞卷积": "convolution/dilated-convolution",
        "膨胀卷积": "convolution/dilated-convolution",
        "最大池化": "convolution/pooling",
        "池化的作用": "convolution/why-pooling",
        "平移不变性": "convolution/pooling-and-translation",
        "空间金字塔池化": "convolution/spatial-pyramid-pooling",
        "SPP": "convolution/spatial-pyramid-pooling",
        "全局平均池化": "convolution/fully-connected-layer",
        "局部连接": "convolution/locally-connected",
        "双线性插值": "convolution/upsampling-downsampling",
        "转置卷积": "convolution/upsampling-downsampling",
        "围棋": "convolution/cnn-beyond-vision",
        "经典网络": "architectures/classic-cnns",
        "残差": "architectures/classic-cnns",
        "LSTM": "sequences/lstm",
        "LSTM为什么比RNN好": "sequences/lstm",
        "GRU": "sequences/gru-or-lstm",
        "重置门": "sequences/gru-or-lstm",
        "词袋": "language/tf-idf",
        "词向量": "language/skip-gram",
        "负采样": "language/skip-gram",
        "命名实体识别": "language/named-entity-recognition",
        "维特比": "language/named-entity-recognition",
        "生成对抗网络": "generative/gan",
        "模式崩溃": "generative/gan",
        "计算图": "frameworks/computational-graph",
        "动态图": "frameworks/computational-graph",
        "变量作用域": "frameworks/name-and-variable-scope",
    },
}
TOPICS = "激活函数", "激活函数 / SWISH"  # the notes' words for many pages at once
FIRST = 3


@pytest.fixture
def page(chromium, url):
    """A page of the browser; afterwards the console must have been quiet, and
    nothing may have been asked of another host."""
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(120_000)  # ms, on a busy machine
    page = context.new_page()
    heard = []
    page.on("console", lambda m: heard.append(m.text) if m.type in NOISE else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("requestfailed", lambda request: heard.append(f"failed: {request.url}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((url, "data:", "blob:"))
            else heard.append(f"another host: {request.url}")
        ),
    )
    page.heard = heard
    yield page
    context.close()
    assert heard == []


NOISE = ("error", "warning")
PAPER = int(174 / 25.4 * 96)  # pixels that print.css's margins leave of A4's width


def address(url, language, name):
    return f"{url}{language}/{name}/".replace("//", "/").replace(":/", "://", 1)


# --- copied code runs


def paste(blocks):
    """Run what was copied, as Python's shell would on a paste; return what it shows.

    In each block every statement is run as if typed: the value of an expression
    is shown. An error ends its block, as it does in the shell.
    """
    shown = []
    namespace = {"__name__": "__main__"}
    for block in blocks:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            for statement in ast.parse(block).body:
                code = compile(ast.Interactive([statement]), "<pasted>", "single")
                try:
                    exec(code, namespace)
                except Exception as error:
                    print(f"{type(error).__name__}: {error}")
        shown.append(output.getvalue())
    return shown


def paste_in(folder, blocks):
    import torch

    torch.set_num_threads(1)
    os.chdir(folder)
    return paste(blocks)


def expected(section):
    """What the outputs of a session are, by its text."""
    examples = doctest.DocTestParser().get_examples(section)
    return "".join(example.want for example in examples)


def copied(page):
    """[(is it a session, its text as shown, its text as copied)] of a page."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    blocks = []
    for block in page.locator(".language-python, .language-pycon").all():
        page.evaluate("navigator.clipboard.writeText('')")
        button = block.locator(".md-clipboard, [data-clipboard-target]").first
        button.evaluate("button => button.click()")
        page.wait_for_function("navigator.clipboard.readText().then(t => t)")
        text = page.evaluate("navigator.clipboard.readText()")
        shown = block.locator("code").text_content()
        blocks.append((block.locator(".gp").count() > 0, shown, text))
    return blocks


@pytest.mark.parametrize("name", QUESTIONS)
def test_copied_code_runs(page, url, name, fresh_python, tmp_path):
    texts = {}
    for language in LANGUAGES:
        page.goto(address(url, language, name))
        texts[language] = copied(page)
    assert texts["en"] == texts["zh"]
    code = [text for session, _, text in texts["en"] if not session]
    sessions = [(shown, text) for session, shown, text in texts["en"] if session]
    assert code and sessions
    blocks = [*code, *(text for _, text in sessions)]
    result = fresh_python.submit(paste_in, tmp_path, blocks).result(timeout=300)
    for (shown, _), output in zip(sessions, result[len(code) :], strict=True):
        assert normal(output) == normal(expected(shown))


def normal(output):
    """An output, of a traceback only the last line, for comparison."""
    lines = [line.rstrip() for line in output.splitlines()]
    kept, inside = [], False
    for line in lines:
        if line.startswith("Traceback"):
            inside = True
        elif not inside or (line and not line.startswith(" ")):
            kept.append(line)
            inside = False
    return " ".join(" ".join(kept).split())


def test_paste_notices():
    assert paste(["x = 1", "x + 1\nprint('a')\n"]) == ["", "2\na\n"]
    assert paste(["1 / 0"]) == ["ZeroDivisionError: division by zero\n"]
    with pytest.raises(SyntaxError):
        paste([">>> 1"])


# --- search, switcher, formulas


def queries(language):
    """[(query, page, among how many first pages it must be)]: what readers type,
    each page's title, and the notes' wordings of it."""
    wanted = [(query, name, FIRST) for query, name in SEARCHES[language].items()]
    for path, page in pages(ROOT, language).items():
        if page.question:
            name = path.removesuffix(".md")
            wanted.append((page.meta["title"], name, FIRST))
            wanted += [(w, name, 5) for w in page.meta["asked"] if w not in TOPICS]
    return wanted


SAID = """words => {
    const idle = JSON.parse(document.getElementById("__config").textContent)
        .translations["search.result.placeholder"]
    const said = document.querySelector(".md-search-result__meta").innerText
    return (said == idle) == (words == "")
}"""  # does the search say that it waits for words, or what it has found


@pytest.mark.parametrize("language", LANGUAGES)
def test_search(page, url, language):
    page.goto(f"{url}{language}/")
    box = page.locator("[data-md-component=search-query]")
    missed = []
    for query, name, first in queries(language):
        for words in "", query:
            box.fill(words)
            box.press("End")  # the search listens to keys
            page.wait_for_function(SAID, arg=words)
        links = page.locator(".md-search-result__item > a").evaluate_all(
            "links => links.map(link => link.href)"
        )
        found = [link.split("?")[0].removeprefix(f"{url}{language}/") for link in links]
        if name + "/" not in list(dict.fromkeys(found))[:first]:
            missed.append((query, found))
    assert missed == []


def test_search_keeps_branches_apart(page, url):
    """Two branches of lunr's tree of words differ as text: see workers/mended.js."""
    page.goto(f"{url}en/")
    worker = page.evaluate(
        "JSON.parse(document.getElementById('__config').textContent).search"
    )
    mended, _, original = worker.partition("?")
    as_text = """() => {
        const branch = edges => Object.assign(new lunr.TokenSet(), { edges })
        const [two, one] = [{ 1: { id: 2 }, 3: { id: 4 } }, { 1: { id: 234 } }]
        return [String(branch(two)), String(branch(one))]
    }"""
    page.add_script_tag(content="importScripts = () => {}")
    page.add_script_tag(url=mended.rpartition("/")[0] + "/" + original)
    two, one = page.evaluate(as_text)
    assert two == one, "lunr is sound again: mended.js can go"
    page.add_script_tag(url=mended)
    two, one = page.evaluate(as_text)
    assert two != one


def test_search_index_waits_for_the_reader(page, url):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}en/")
    page.wait_for_load_state("networkidle")
    assert not [x for x in asked if "search_index" in x]
    page.keyboard.press("/")
    page.wait_for_selector("[data-md-component=search-query]:focus")
    page.keyboard.type("gradient")
    page.wait_for_selector(".md-search-result__item")
    assert [x for x in asked if "search_index" in x]


@pytest.mark.parametrize("language, name", PAGES)
def test_page(page, url, language, name):
    """On each page: the switcher, the formulas, no sideways scroll on a phone,
    and nothing cut on paper."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address(url, language, name))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert beyond(page, 360, "pre, .formula, .md-typeset__scrollwrap") == []
    formulas = page.locator("math")
    if formulas.count():
        page.evaluate(
            "document.querySelectorAll('details').forEach(d => d.open = true)"
        )
        heights = formulas.evaluate_all(
            "all => all.map(e => e.getBoundingClientRect().height)"
        )
        assert min(heights) > 5
        assert page.evaluate(
            """() => [...document.fonts].some(font =>
                font.family.includes("STIX") && font.status == "loaded")"""
        )
    text = page.locator(".md-content").inner_text()
    assert "\\(" not in text and "\\[" not in text and "\\frac" not in text
    page.set_viewport_size({"width": PAPER, "height": 980})
    page.emulate_media(media="print")
    assert beyond(page, PAPER, "svg") == []
    page.emulate_media(media="screen")
    other = {"en": "zh", "zh": "en"}[language]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.hover(".md-header .md-select button")
    page.click(f".md-select__link[hreflang={other}]")
    page.wait_for_url(address(url, other, name))


def beyond(page, width, scrolling):
    """What of a page stands out of its width, but for what may scroll."""
    return page.evaluate(
        """([width, scrolling]) => [...document.querySelectorAll(".md-content *")]
            .filter(e => e.getBoundingClientRect().right > width + 1)
            .filter(e => !e.closest(scrolling))
            .map(e => e.outerHTML.slice(0, 80))""",
        [width, scrolling],
    )


# --- accessibility


VIOLATIONS = {"resultTypes": ["violations"]}  # the rest costs half the time
CONTRAST = {**VIOLATIONS, "runOnly": ["color-contrast"]}  # what a scheme can change


@pytest.mark.parametrize("language, name", PAGES)
def test_accessible(chromium, url, language, name):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    page.goto(address(url, language, name))
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    # code is the same in both languages, and to look at it takes half the time
    part = {"exclude": [[".highlight"]]} if language == "zh" else None
    found = []
    for scheme, options in ("light", VIOLATIONS), ("dark", CONTRAST):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        palette = {"light": "default", "dark": "slate"}[scheme]
        page.wait_for_selector(f"body[data-md-color-scheme={palette}]")
        found += [
            f"{scheme}: {fault['id']}: {node['html'][:120]}"
            for fault in Axe().run(page, part, options).response["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]
    context.close()
    assert found == []


def test_scheme_follows_the_reader(chromium, url):
    for scheme, expected_scheme in ("light", "default"), ("dark", "slate"):
        context = chromium.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{url}en/")
        found = page.get_attribute("body", "data-md-color-scheme")
        context.close()
        assert found == expected_scheme
