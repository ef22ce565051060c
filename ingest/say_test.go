package ingest

import "testing"

// What counts as the office's say: the first line alone, in the spellings people type.
func TestSayingIsTheFirstLine(t *testing.T) {
	for _, v := range []struct {
		text, word, dept, code, reason string
		reads                          bool
	}{
		{text: "暂缓 48217730", word: wordHold, code: "48217730", reads: true},
		{text: "\n  暂缓:48217730 数字还要核。\n\n张三\n000-0000-0000", word: wordHold, code: "48217730", reason: "数字还要核。", reads: true},
		{text: "暂缓48217730数字还要核\n等主任看过", word: wordHold, code: "48217730", reason: "数字还要核 等主任看过", reads: true},
		{text: "“发送” 48217730", word: wordSend, code: "48217730", reads: true},
		{text: "发送,48217730", word: wordSend, code: "48217730", reads: true},
		{text: "同意 48217730", word: wordYes, code: "48217730", reads: true},
		{text: "不同意 48217730 已电话催办", word: wordNo, code: "48217730", reason: "已电话催办", reads: true},
		{text: "「不同意 48217730」 已电话催办", word: wordNo, code: "48217730", reason: "已电话催办", reads: true},
		{text: "认领 D05 48217730", word: wordClaim, dept: "D05", code: "48217730", reads: true},
		{text: "「认领」生态环境分局:48217730 电话核实", word: wordClaim, dept: "生态环境分局", code: "48217730", reason: "电话核实", reads: true},
		{text: "认领 48217730", word: wordClaim, code: "48217730", reads: true},
		{text: "不 同意 48217730"},
		{text: "> 同意 48217730"},
		{text: "不是不同意 48217730"},
		{text: "不予认领 D05 48217730"},
		{text: "发送 482177301"},
		{text: "发送 4821773"},
		{text: "发送"},
		{text: "请暂缓 48217730"},
		{text: "您好:\n暂缓 48217730"},
		{text: ""},
	} {
		s, reads := readSaying(&Message{Text: v.text})
		if reads != v.reads || s.word != v.word || s.dept != v.dept || s.code != v.code || s.reason != v.reason {
			t.Errorf("%q: read %v %+v, want %+v", v.text, reads, s, v)
		}
	}
}
