//! The subset of SVG that the drawing needs.

use std::fmt::Write;

#[derive(Debug, Clone, Copy)]
pub(super) struct Point(pub(super) f64, pub(super) f64);

pub(super) struct Box {
    pub(super) at: Point,
    pub(super) width: f64,
    pub(super) height: f64,
}

pub(super) struct Arrow {
    pub(super) from: Point,
    pub(super) to: Point,
    pub(super) dashed: bool,
    pub(super) both: bool,
}

pub(super) struct Drawing {
    width: f64,
    height: f64,
    body: String,
}

/// The style sheet. Plain colours come first, because many document renderers support neither variables nor media
/// queries.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1b2430}.t{font-weight:600}.s{font-size:11px;\
    fill:#4a5768}.l{font-size:10px;fill:#4a5768}.p{fill:#fff}.r{fill:#f8fafc;stroke:#5b6b80}\
    .b{fill:#eaf0f7;stroke:#5b6b80}.a{stroke:#5b6b80;fill:none;stroke-width:1.4}.h{fill:#5b6b80}\
    @media(prefers-color-scheme:dark){text{fill:#e8edf3}.s,.l{fill:#b9c5d3}.p{fill:#12171e}\
    .r{fill:#171e27;stroke:#8fa1b8}.b{fill:#1f2937;stroke:#8fa1b8}.a{stroke:#8fa1b8}.h{fill:#8fa1b8}}";

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Drawing {
    pub(super) fn new(width: f64, height: f64) -> Drawing {
        Drawing { width, height, body: String::new() }
    }

    fn rect(&mut self, frame: &Box, class: &str, round: f64) {
        let Box { at: Point(x, y), width, height } = frame;
        write!(
            self.body,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>"
        )
        .expect("a string takes it");
    }

    fn text(&mut self, Point(x, y): Point, class: &str, anchor: &str, text: &str) {
        let text = escape(text);
        write!(
            self.body,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
        )
        .expect("a string takes it");
    }

    pub(super) fn region(&mut self, frame: &Box, name: &str, role: &str) {
        self.rect(frame, "r", 10.0);
        let Point(x, y) = frame.at;
        self.text(Point(x + 16.0, y + 24.0), "t", "start", name);
        self.text(Point(x + frame.width - 16.0, y + 24.0), "s", "end", role);
    }

    pub(super) fn element(&mut self, frame: &Box, title: &str, below: &str) {
        self.rect(frame, "b", 6.0);
        let (x, y) = (frame.at.0 + frame.width / 2.0, frame.at.1 + frame.height / 2.0);
        self.text(Point(x, y - 3.0), "t", "middle", title);
        self.text(Point(x, y + 13.0), "s", "middle", below);
    }

    pub(super) fn arrow(&mut self, arrow: &Arrow, label: &str) {
        let (Point(x1, y1), Point(x2, y2)) = (arrow.from, arrow.to);
        let dash = if arrow.dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let start = if arrow.both { " marker-start=\"url(#h)\"" } else { "" };
        write!(
            self.body,
            "<path class=\"a\"{dash}{start} marker-end=\"url(#h)\" d=\"M{x1} {y1}L{x2} {y2}\"/>"
        )
        .expect("a string takes it");
        // The label stands above a horizontal line and beside any other.
        let aside = if y1 == y2 { 0.0 } else { (x2 - x1).signum() * 56.0 };
        let middle = Point((x1 + x2) / 2.0 + aside, (y1 + y2) / 2.0 - 5.0);
        // A long label takes two lines, because the gap between Regions is narrow.
        let cut = label.len() / 2;
        let at = label.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at);
        match at.min_by_key(|at| at.abs_diff(cut)).filter(|_| label.len() > 22) {
            Some(at) => {
                self.text(Point(middle.0, middle.1 - 11.0), "l", "middle", &label[..at]);
                self.text(middle, "l", "middle", label[at..].trim_start());
            }
            None => self.text(middle, "l", "middle", label),
        }
    }

    pub(super) fn finish(self, title: &str) -> String {
        let Drawing { width, height, body } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\"><title>{}</title><style>{STYLE}</style><defs><marker id=\"h\" \
             viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
             orient=\"auto-start-reverse\"><path class=\"h\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\
             <rect width=\"{width}\" height=\"{height}\" class=\"p\"/>{body}</svg>\n",
            escape(title)
        )
    }
}
