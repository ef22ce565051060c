package sheet

import (
	"slices"
	"testing"

	"duban/state"
)

// Amounts as departments type them, in a column of 万元. near is what a doubtful text tempts to read.
func TestMoneyAsTyped(t *testing.T) {
	for _, c := range []struct{ raw, text, near, note string }{
		{raw: "3200", text: "3200", note: noteTextNumber},
		{raw: "3,200", text: "3200", note: noteTextNumber},
		{raw: "3，200.50", text: "3200.5", note: noteFullwidth},
		{raw: "３,２００", text: "3200", note: noteFullwidth},
		{raw: "１２３４．５", text: "1234.5", note: noteFullwidth},
		{raw: " 156.17\n", text: "156.17"},
		{raw: "\u200b435422.48", text: "435422.48"},
		{raw: "\ufeff367.37\u00a0", text: "367.37"},
		{raw: "1.0307E+05", text: "103070"},
		{raw: "+12", text: "12"},
		{raw: "-35", text: "-35"},
		{raw: "－35", text: "-35"},
		{raw: "0", text: "0"},
		{raw: "12.", text: "12"},
		{raw: "98128.89999999999", text: "98128.9"},

		{raw: "3,200万元", text: "3200", note: noteUnit},
		{raw: "3200万", text: "3200", note: noteUnit},
		{raw: "37249(万元)", text: "37249", note: noteUnit},
		{raw: "37249（万元）", text: "37249", note: noteUnit},
		{raw: "1.2亿元", text: "12000", note: noteUnit},
		{raw: "0.6806 亿", text: "6806", note: noteUnit},
		{raw: "3200.50元", text: "0.32005", note: noteUnit},
		{raw: "2367160000元", text: "236716", note: noteUnit},
		{raw: "¥218,931", text: "218931"},
		{raw: "￥1,074.06", text: "1074.06"},
		{raw: "RMB 215,027.80", text: "215027.8"},
		{raw: "人民币75,729", text: "75729"},
		{raw: "叁仟伍佰万元", text: "3500", note: noteUnit},
		{raw: "叁万柒仟捌佰肆拾伍万元", text: "37845", note: noteUnit},
		{raw: "三亿二千万元", text: "32000", note: noteUnit},
		{raw: "伍拾万元整", text: "50", note: noteUnit},
		{raw: "壹万元", text: "1", note: noteUnit},

		{raw: "500萬元", text: "500", note: noteUnit},
		{raw: "1.2億元", text: "12000", note: noteUnit},
		{raw: "3.5千万元", text: "3500", note: noteUnit},
		{raw: "50百万", text: "5000", note: noteUnit},

		{raw: "500①", near: "500"}, // folded to plain digits it would be 5001
		{raw: "②1,500", near: "1500"},
		{raw: "500²", near: "500"},
		{raw: "1亿2000万元", near: "12000"},
		{raw: "3亿5000万", near: "35000"},
		{raw: "500万余元", near: "500"},
		{raw: "500万美元"},
		{raw: "3千5百万"},
		{raw: "约210", near: "210"},
		{raw: "210左右", near: "210"},
		{raw: "210余", near: "210"},
		{raw: "近1,510", near: "1510"},
		{raw: "≥15020", near: "15020"},
		{raw: "15748+", near: "15748"},
		{raw: "约1.2亿元", near: "12000"},
		{raw: "200-300", near: "200"},
		{raw: "200～300", near: "200"},
		{raw: "300+200", near: "500"},
		{raw: "68195（其中中央资金20458）", near: "68195"},
		{raw: "4828.19\n2414.09"},
		{raw: "O2106.71", near: "2106.71"},
		{raw: "386.65。", near: "386.65"},
		{raw: "(132,851.06)", near: "-132851.06"},
		{raw: "△35", near: "-35"},
		{raw: "—35", near: "-35"},
		{raw: "二百一十", near: "210"},
		{raw: "85%"},
		{raw: "0.0.0"},
		{raw: "待定"},
		{raw: "同上"},
		{raw: "x"},
		{raw: "1,2"},
		{raw: "1 234"},
		{raw: "99999999999999999999999999999999999999999999999999"},
		{raw: "1e999"},
	} {
		r := readMoney(c.raw, state.Wan)
		if r.text != c.text || r.near != c.near || (c.text == "") != (r.doubt == ruleNotNumber) {
			t.Errorf("%q: got %+v, want text %q near %q", c.raw, r, c.text, c.near)
		}
		if c.note != "" && !slices.Contains(r.notes, c.note) {
			t.Errorf("%q: notes %q lack %q", c.raw, r.notes, c.note)
		}
	}
}

// The unit of the column holds where the cell names none, and only there.
func TestMoneyInOtherUnits(t *testing.T) {
	for _, c := range []struct {
		raw  string
		unit state.Fen
		want string
	}{
		{"3.68", state.Yi, "36800"},
		{"0.009", state.Yi, "90"},
		{"3680万元", state.Yi, "3680"},
		{"1677098400", state.Yuan, "167709.84"},
		{"0.01", state.Yuan, "0.000001"},
		{"12", 1000 * state.Yuan, "1.2"},
	} {
		if r := readMoney(c.raw, c.unit); r.text != c.want || r.doubt != "" {
			t.Errorf("%q in %d: got %+v, want %q", c.raw, c.unit, r, c.want)
		}
	}
}

func TestPercentAsTyped(t *testing.T) {
	for _, c := range []struct{ raw, text, near string }{
		{raw: "62.4%", text: "62.4"},
		{raw: "62.4％", text: "62.4"},
		{raw: "６２．４％", text: "62.4"},
		{raw: " 100 % ", text: "100"},
		{raw: "82.2", text: "82.2"},
		{raw: "百分之六十二", text: "62"},
		{raw: "约60%"},
		{raw: "60-70", near: "60"},
		{raw: "过半"},
	} {
		if r := readPercent(c.raw); r.text != c.text || (c.text == "") != (r.doubt == ruleNotNumber) || r.near != c.near {
			t.Errorf("%q: got %+v, want %q near %q", c.raw, r, c.text, c.near)
		}
	}
}

// A bare figure of a percent column up to 1.5 is a fraction; the sign of zero and of a loss is kept.
func TestFractions(t *testing.T) {
	for raw, want := range map[string]string{"0.545": "54.5", "1": "100", "1.5": "150", "1.50001": "1.50001", "1.6": "1.6", "54.5": "54.5", "0": "0", "-0.1": "-10", "0.003": "0.3"} {
		if r := fraction(raw, nil); r.text != want {
			t.Errorf("%s: got %q, want %q", raw, r.text, want)
		}
	}
}

func TestPlainDecimal(t *testing.T) {
	for raw, want := range map[string]string{
		"98128.89999999999": "98128.9", "0.30000000000000004": "0.3", "1E-3": "0.001", "57100000123.0": "57100000123", "-0": "0",
		"007.50": "7.5", ".5": "0.5", "110101199001011234": "110101199001011234", "1.3800001234E10": "13800001234", "-12.30": "-12.3",
		"123456789012.34": "123456789012.34",
	} {
		if got, ok := plainDecimal(raw); !ok || got != want {
			t.Errorf("%s: got %q, want %q", raw, got, want)
		}
	}
	for _, raw := range []string{"", "NaN", "Inf", "1e400", "abc", "1.2.3", "--1", "0x10"} {
		if got, ok := plainDecimal(raw); ok {
			t.Errorf("%q: read as %q", raw, got)
		}
	}
}

func TestChineseNumerals(t *testing.T) {
	for raw, want := range map[string]string{
		"十": "10", "十五": "15", "二十": "20", "二十一": "21", "一百零五": "105", "二百一十": "210", "两千": "2000", "叁万柒仟捌佰肆拾伍": "37845",
		"壹亿贰仟万": "120000000", "贰仟零伍拾": "2050", "三十一": "31", "九": "9",
	} {
		if got, ok := chineseNumber(raw); !ok || got != want {
			t.Errorf("%s: got %q, want %s", raw, got, want)
		}
	}
	for _, raw := range []string{"", "二〇二六", "百", "一二", "约十", "亿亿亿亿", "十十"} {
		if got, ok := chineseNumber(raw); ok {
			t.Errorf("%q: read as %s", raw, got)
		}
	}
}
