package state

import (
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestAmountsAreReadExactlyAndRoundedToTheFen(t *testing.T) {
	for text, want := range map[string]Fen{
		"0": 0, "4420": 4420 * Wan, " 120 ": 120 * Wan, "+5": 5 * Wan, "-0.5": -5_000 * Yuan,
		"98128.89999999999": 98_128_900_000, // as openpyxl stores 98128.9
		"0.0000005":         1, "0.0000004": 0, "-0.0000005": -1, "-0.0000004": 0,
		"1E-3": 10 * Yuan, "1.2e4": 12_000 * Wan, ".5": 5_000 * Yuan, "5.": 5 * Wan,
	} {
		got, err := ParseWan(text)
		if err != nil || got != want {
			t.Errorf("%q reads as %d 分, want %d (%v)", text, got, want, err)
		}
	}
	if got, _ := ParseFen("1.2", Yi); got != 12_000*Wan {
		t.Errorf("1.2亿元 = %s万元", got.Wan())
	}
}

// The short way for plain amounts reads every text as big numbers do, or leaves it to them.
func TestPlainAmountsAreReadAsExactlyAsAll(t *testing.T) {
	short := 0
	for seed := range uint64(20_000) {
		r := rand.New(rand.NewPCG(seed, 1))
		text := strings.Repeat("-", r.IntN(5)/4) + strconv.FormatUint(r.Uint64()>>(20+r.IntN(44)), 10)
		if point := r.IntN(len(text) + 4); point < len(text) && text[point] != '-' {
			text = text[:point] + "." + text[point:]
		}
		for _, unit := range []Fen{Yuan, Wan, Yi} {
			got, ok := plainFen(text, unit)
			if !ok {
				continue
			}
			short++
			exact, _ := new(big.Rat).SetString(text + "e9")
			exact.Mul(exact, new(big.Rat).SetInt64(int64(unit)))
			twice := new(big.Int).Quo(new(big.Int).Mul(exact.Num(), big.NewInt(2)), exact.Denom())
			twice.Quo(twice, big.NewInt(1_000_000_000))
			want := (twice.Int64() + twice.Int64()%2) / 2
			if int64(got) != want {
				t.Fatalf("%q counted in %d: %d, want %d", text, unit, got, want)
			}
		}
	}
	if short < 20_000 {
		t.Errorf("only %d of 60000 are read the short way", short)
	}
}

func TestWhatIsNoAmountIsRefused(t *testing.T) {
	for _, text := range []string{
		"", " ", "约210", "1,200", "12万", "1/3", "0x10", "1_000", "1e9999", "1e-9999", "--1", "1e", "e5", ".", "NaN", "Inf",
		"99999999999999999999", strings.Repeat("9", 41),
	} {
		if got, err := ParseWan(text); err == nil {
			t.Errorf("%q reads as %d 分", text, got)
		}
	}
}

func TestAmountsPrintWithoutNeedlessZeros(t *testing.T) {
	for want, f := range map[string]Fen{
		"0": 0, "4540": 4540 * Wan, "100": 100 * Wan, "0.5": 5_000 * Yuan, "-0.5": -5_000 * Yuan, "0.000001": 1, "98128.9": 98_128_900_000,
		"9223372036854.775807": math.MaxInt64,
	} {
		if got := f.Wan(); got != want {
			t.Errorf("%d 分 prints %s万元, want %s", f, got, want)
		}
		if back, err := ParseWan(want); err != nil || back != f {
			t.Errorf("%s reads back as %d, %v", want, back, err)
		}
	}
	for want, f := range map[string]Fen{"29.88": 298_800 * Wan, "0.00": 0, "0.01": 50 * Wan, "-0.05": -500 * Wan} {
		if got := f.Yi(); got != want {
			t.Errorf("%s万元 is %s亿元, want %s", f.Wan(), got, want)
		}
	}
}

func TestAmountsInJSONAreNumbersOfWan(t *testing.T) {
	text, err := json.Marshal([]Fen{4420 * Wan, -1})
	if err != nil || string(text) != "[4420,-0.000001]" {
		t.Fatalf("%s, %v", text, err)
	}
	var back []Fen
	if err := json.Unmarshal(text, &back); err != nil || back[0] != 4420*Wan || back[1] != -1 {
		t.Errorf("%v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`"4420"`), new(Fen)); err == nil {
		t.Error("text was read as an amount")
	}
}

func TestPercentIsRoundedAsPrinted(t *testing.T) {
	for _, v := range []struct {
		part, whole Fen
		want        float64
		ok          bool
	}{
		{4420, 10500, 42.1, true},
		{22320, 30000, 74.4, true},
		{1, 8, 12.5, true},
		{1, 800, 0.1, true},  // 0.125
		{3, 2000, 0.2, true}, // 0.15: half away from zero
		{-3, 2000, -0.2, true},
		{5, 0, 0, false},
	} {
		got := Percent(v.part*Wan, v.whole*Wan)
		if (got != nil) != v.ok || v.ok && *got != v.want {
			t.Errorf("%d of %d is %v, want %v%%", v.part, v.whole, got, v.want)
		}
	}
}
