package ingest

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// secure puts TLS on raw as cfg asks.
func secure(ctx context.Context, raw net.Conn, cfg IMAPConfig) (net.Conn, error) {
	if cfg.TLS == "none" {
		return raw, nil
	}
	// One timer bounds everything before the guard takes over.
	timer := time.AfterFunc(cfg.Limits.Idle, func() { _ = raw.Close() })
	defer timer.Stop()
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()

	conf := &tls.Config{ServerName: cfg.Host, RootCAs: cfg.CAs, MinVersion: tls.VersionTLS12}
	switch cfg.TLS {
	case "implicit":
	case "starttls":
		if err := askStartTLS(raw); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("%w: unknown tls mode %q", ErrUnsafe, cfg.TLS)
	}
	stream := tls.Client(raw, conf)
	if err := stream.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("tls handshake with %s: %w", cfg.Host, err)
	}
	if cfg.TLS == "starttls" {
		// The library expects a greeting; the server sent its own before TLS.
		return &prefixed{Conn: stream, first: strings.NewReader("* OK secured\r\n")}, nil
	}
	return stream, nil
}

// askStartTLS speaks the plain-text opening itself, byte by byte, so that nothing an attacker
// slips in behind the server's OK can be taken for a reply inside TLS.
func askStartTLS(raw net.Conn) error {
	greeting, err := readPlainLine(raw)
	if err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	if !strings.HasPrefix(strings.ToUpper(greeting), "* OK") {
		return fmt.Errorf("%w: greeting %q before STARTTLS", ErrUnsafe, greeting)
	}
	if _, err := io.WriteString(raw, "S1 STARTTLS\r\n"); err != nil {
		return fmt.Errorf("starttls: %w", err)
	}
	for range 20 {
		line, err := readPlainLine(raw)
		if err != nil {
			return fmt.Errorf("starttls: %w", err)
		}
		if upper := strings.ToUpper(line); strings.HasPrefix(upper, "S1 ") {
			if strings.HasPrefix(upper, "S1 OK") {
				return nil
			}
			return fmt.Errorf("%w: the server refuses STARTTLS: %s", ErrUnsafe, decodeUndeclared([]byte(line)))
		}
	}
	return fmt.Errorf("%w: no reply to STARTTLS", ErrUnsafe)
}

// readPlainLine reads one line of at most 1,000 bytes without reading ahead.
func readPlainLine(r io.Reader) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < 1000 {
		if _, err := io.ReadFull(r, one); err != nil {
			return "", err
		}
		if one[0] == '\n' {
			return strings.TrimRight(string(line), "\r"), nil
		}
		line = append(line, one[0])
	}
	return "", bufio.ErrTooLong
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
