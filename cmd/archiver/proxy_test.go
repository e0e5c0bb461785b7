package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// A proxiedWeb stands for the real web in a test: a proxy on a loopback address that
// answers for hosts by handlers of the test's, over TLS with certificates of its
// own. The program reaches it by HTTPS_PROXY and trusts it by SSL_CERT_FILE, as
// it would a proxy of its operator's.
type proxiedWeb struct {
	t     *testing.T
	proxy *httptest.Server
	ca    *x509.Certificate
	key   *ecdsa.PrivateKey
	pem   string // file with the CA's certificate

	mu    sync.Mutex
	hosts map[string]http.Handler
	asked []string // "GET https://host/path"
}

func newWeb(t *testing.T) *proxiedWeb {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	w := &proxiedWeb{t: t, ca: ca, key: key, pem: filepath.Join(t.TempDir(), "ca.pem"), hosts: map[string]http.Handler{}}
	if err := os.WriteFile(w.pem, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644); err != nil {
		t.Fatal(err)
	}
	w.proxy = httptest.NewServer(http.HandlerFunc(w.connect))
	t.Cleanup(w.proxy.Close)
	return w
}

// host answers for a host.
func (w *proxiedWeb) host(name string, h http.Handler) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hosts[name] = h
}

// requests returns what was asked so far.
func (w *proxiedWeb) requests() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.asked...)
}

// env is the environment in which the program meets this web.
func (w *proxiedWeb) env() []string {
	return []string{"HTTPS_PROXY=" + w.proxy.URL, "HTTP_PROXY=" + w.proxy.URL, "SSL_CERT_FILE=" + w.pem}
}

// connect is the proxy: it takes CONNECT and answers inside the tunnel itself.
func (w *proxiedWeb) connect(rw http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		w.answer(rw, r, "http")
		return
	}
	conn, _, err := rw.(http.Hijacker).Hijack()
	if err != nil {
		w.t.Errorf("proxy: %v", err)
		return
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	tunnel := tls.Server(conn, &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		return w.certificate(hello.ServerName)
	}})
	defer tunnel.Close()
	in := bufio.NewReader(tunnel)
	for {
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		recorder := httptest.NewRecorder()
		w.answer(recorder, request, "https")
		response := recorder.Result()
		response.ContentLength = int64(recorder.Body.Len())
		if err := response.Write(tunnel); err != nil {
			return
		}
	}
}

func (w *proxiedWeb) answer(rw http.ResponseWriter, r *http.Request, scheme string) {
	w.mu.Lock()
	w.asked = append(w.asked, r.Method+" "+scheme+"://"+r.Host+r.URL.RequestURI())
	h := w.hosts[r.Host]
	w.mu.Unlock()
	if h == nil {
		http.Error(rw, "no such host in this test", http.StatusBadGateway)
		return
	}
	h.ServeHTTP(rw, r)
}

func (w *proxiedWeb) certificate(host string) (*tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, w.ca, &w.key.PublicKey, w.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: w.key}, nil
}
