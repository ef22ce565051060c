package ingest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// signer is a key of a domain and its record in the DNS.
type signer struct {
	domain string
	key    ed25519.PrivateKey
}

func newSigner(domain string) signer {
	return signer{domain, ed25519.NewKeyFromSeed(bytes.Repeat([]byte(domain[:1]), ed25519.SeedSize))}
}

func (s signer) sign(t *testing.T, raw string) []byte {
	t.Helper()
	var out bytes.Buffer
	options := &dkim.SignOptions{Domain: s.domain, Selector: "s1", Signer: s.key, HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed}
	if err := dkim.Sign(&out, strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n")), options); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (s signer) record() string {
	return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(s.key.Public().(ed25519.PublicKey))
}

// Where our server leaves no word, a signature in the sender's own name decides: intact it
// passes, broken it fails, and without a key, or in another's name, it says nothing.
func TestSignaturesAreCheckedWhereTheServerIsSilent(t *testing.T) {
	own, other := newSigner("lanchuan.example"), newSigner("evil.example")
	plain := "From: jtj@lanchuan.example\nSubject: week\n\nfigures\n"
	stamped := append([]byte(strings.ReplaceAll(bad, "\n", "\r\n")+"\r\n"), own.sign(t, plain)...)
	dns := map[string]string{"s1._domainkey.lanchuan.example": own.record(), "s1._domainkey.evil.example": other.record()}
	for name, tc := range map[string]struct {
		raw   []byte
		dns   map[string]string
		want  outcome
		asked int
	}{
		"intact":                 {own.sign(t, plain), dns, passed, 1},
		"intact, bare line ends": {bytes.ReplaceAll(own.sign(t, plain), []byte("\r\n"), []byte("\n")), dns, passed, 1},
		"the figures changed":    {bytes.Replace(own.sign(t, plain), []byte("figures"), []byte("figurez"), 1), dns, failed, 1},
		"the sender changed":     {bytes.Replace(own.sign(t, strings.Replace(plain, "jtj@", "sfgj@", 1)), []byte("sfgj@"), []byte("jtj@"), 1), dns, failed, 1},
		"no key to be had":       {own.sign(t, plain), nil, unknown, 1},
		"another's signature":    {other.sign(t, plain), dns, unknown, 0},
		"none":                   {[]byte(strings.ReplaceAll(plain, "\n", "\r\n")), dns, unknown, 0},
		"a stranger's mail":      {other.sign(t, strings.Replace(plain, "jtj@lanchuan", "x@evil", 1)), dns, unknown, 0},
		"our server has spoken":  {stamped, dns, failed, 0},
		"a hundred signatures":   {append(bytes.Repeat([]byte("DKIM-Signature: v=1; d=lanchuan.example; s=x\r\n"), 100), own.sign(t, plain)...), dns, unknown, maxSignatures},
	} {
		t.Run(name, func(t *testing.T) {
			desk := worldDesk(t)
			desk.Auth = Authentication{Mode: AuthWarn, Server: "mx.lanchuan.example"}
			asked := 0
			c := &Collector{Desk: desk, Opener: InProcess{Form: desk.Form}, Log: slog.New(slog.DiscardHandler)}
			c.LookupTXT = func(ctx context.Context, name string) ([]string, error) {
				if _, bounded := ctx.Deadline(); !bounded {
					t.Error("the question may wait for ever")
				}
				asked++
				if record, there := tc.dns[name]; there {
					return []string{record}, nil
				}
				return nil, errors.New("no such host")
			}
			a := c.arrive(t.Context(), Raw{Body: tc.raw, Received: arrivedAt}, "INBOX", arrivedAt)
			sender := Identify(a.Opened.Message, desk.Roster, arrivedAt)
			if got := desk.Auth.judge(&a.Opened.Message, a.Opened.Signed, sender.Addr); got.outcome != tc.want || asked != tc.asked {
				t.Errorf("outcome %d (%s) after %d questions, want %d after %d", got.outcome, got.reason, asked, tc.want, tc.asked)
			}
		})
	}
}
