package ingest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// The same mailbox against an independent server, over both kinds of TLS with a private CA.
func TestMailboxReadsOverTLS(t *testing.T) {
	cert, cas := privateCA(t)
	for _, mode := range []string{"implicit", "starttls", "none"} {
		t.Run(mode, func(t *testing.T) {
			user := imapmemserver.NewUser("office", `pass "word"\`)
			if err := user.Create("INBOX", nil); err != nil {
				t.Fatal(err)
			}
			want := someMails(7)
			for i, m := range want {
				literal := literalReader{bytes.NewReader([]byte(m.body)), int64(len(m.body))}
				data, err := user.Append("INBOX", literal, &imap.AppendOptions{Time: m.date})
				if err != nil {
					t.Fatal(err)
				}
				want[i].uid = uint32(data.UID)
			}
			port := serveMemory(t, user, cert, mode)
			m := NewIMAP(IMAPConfig{
				Host: "127.0.0.1", Port: port, TLS: mode, CAs: cas,
				User: "office", Password: `pass "word"\`, Name: "duban", Version: "1", Vendor: "lanchuan",
				Limits: MailboxLimits{PackMails: 3},
			})
			defer func() { _ = m.Close() }()
			got, _, err := drain(t, m, Cursor{})
			if err != nil {
				t.Fatal(err)
			}
			sameMails(t, got, want)

			if mode == "none" {
				return
			}
			stranger := NewIMAP(IMAPConfig{Host: "127.0.0.1", Port: port, TLS: mode, User: "office", Password: "x"})
			if err := stranger.Check(t.Context(), "INBOX"); err == nil {
				t.Error("a certificate of an unknown CA was accepted")
			}
		})
	}
}

type literalReader struct {
	io.Reader
	size int64
}

func (l literalReader) Size() int64 { return l.size }

// serveMemory serves user on a loopback port until the test ends.
func serveMemory(t *testing.T, user *imapmemserver.User, cert tls.Certificate, mode string) (port int) {
	t.Helper()
	memory := imapmemserver.New()
	memory.AddUser(user)
	conf := &tls.Config{Certificates: []tls.Certificate{cert}}
	opts := &imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}},
		InsecureAuth: mode == "none",
		Logger:       log.New(io.Discard, "", 0),
	}
	if mode == "starttls" {
		opts.TLSConfig = conf
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port = ln.Addr().(*net.TCPAddr).Port
	if mode == "implicit" {
		ln = tls.NewListener(ln, conf)
	}
	server := imapserver.New(opts)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(ln)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return port
}

// privateCA makes a certificate for 127.0.0.1 and writes it where ca_file would name it.
func privateCA(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "lanchuan"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// A poll's memory is set by the pack, a mailbox of any size costs the same.
func BenchmarkMailboxPoll(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := &fakeIMAP{validity: "7", mails: someMails(n)}
			b.ReportAllocs()
			for b.Loop() {
				m := f.mailbox(MailboxLimits{})
				c := Cursor{}
				for more := true; more; {
					batch, err := m.After(b.Context(), "INBOX", c, monday)
					if err != nil {
						b.Fatal(err)
					}
					c, more = batch.Next, batch.More
				}
				_ = m.Close()
			}
		})
	}
}
