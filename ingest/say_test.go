package ingest

import "testing"

// What counts as the office's say: the first line alone, in the spellings people type.
func TestSayingIsTheFirstLine(t *testing.T) {
	for _, v := range []struct {
		text, code, reason string
		held, reads        bool
	}{
		{text: "暂缓 48217730", held: true, code: "48217730", reads: true},
		{text: "\n  暂缓:48217730 数字还要核。\n\n张三\n000-0000-0000", held: true, code: "48217730", reason: "数字还要核。", reads: true},
		{text: "暂缓48217730数字还要核\n等主任看过", held: true, code: "48217730", reason: "数字还要核 等主任看过", reads: true},
		{text: "“发送” 48217730", code: "48217730", reads: true},
		{text: "发送,48217730", code: "48217730", reads: true},
		{text: "发送 482177301"},
		{text: "发送 4821773"},
		{text: "发送"},
		{text: "请暂缓 48217730"},
		{text: "您好:\n暂缓 48217730"},
		{text: ""},
	} {
		s, reads := readSaying(&Message{Text: v.text})
		if reads != v.reads || s.held != v.held || s.code != v.code || s.reason != v.reason {
			t.Errorf("%q: read %v %+v, want %+v", v.text, reads, s, v)
		}
	}
}
