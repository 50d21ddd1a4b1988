package logs

import "testing"

func TestPlaceIn(t *testing.T) {
	for _, c := range []struct{ text, file, line string }{
		{`nats-server: /etc/nats/nats.conf:3:1: unknown field "max_payloadd"`, "/etc/nats/nats.conf", "3"},
		{`Invalid directive at line 1 in file /etc/chrony/chrony.conf`, "/etc/chrony/chrony.conf", "1"},
		{`/etc/ldap/slapd.conf: line 9: invalid path: Permission denied`, "/etc/ldap/slapd.conf", "9"},
		{`[/etc/php/php-fpm.conf:8] unknown entry 'pm.max_chidren'`, "/etc/php/php-fpm.conf", "8"},
		{`location='/etc/syslog-ng/s.conf:4:7'`, "/etc/syslog-ng/s.conf", "4"},
		{`expecting '}' in /etc/syslog-ng/s.conf:3:17-3:22:`, "/etc/syslog-ng/s.conf", "3"},
		{`AH00526: Syntax error on line 12 of /etc/apache2/sites-enabled/000-default.conf:`, "/etc/apache2/sites-enabled/000-default.conf", "12"},
		{`in "/etc/app/settings.yml", line 3, column 9`, "/etc/app/settings.yml", "3"},
		{`panicked at src/main.rs:42:10:`, "", ""},
		{`dial tcp 10.0.0.1:5432: connect: connection refused`, "", ""},
		{`at http://example.org:80/x`, "", ""},
	} {
		if got := PlaceIn(c.text); got.File != c.file || got.Line != c.line {
			t.Errorf("%q: got %v", c.text, got)
		}
	}
}

// TestPathsEndBeforeTheTextOfAnError checks that a comma without a blank parts a path from the text of an error.
func TestPathsEndBeforeTheTextOfAnError(t *testing.T) {
	for text, want := range map[string]string{
		"cannot resolve journal path (/data/journal,No such file or directory)": "/data/journal",
		"cannot read /data/a,b.db: bad":                                         "/data/a,b.db",
	} {
		if got := Files(text); len(got) == 0 || got[0] != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestHostsAreNoQuantities checks that a duration or size is not taken for a host.
func TestHostsAreNoQuantities(t *testing.T) {
	for text, want := range map[string]int{"timeout connect 5s": 0, "connect to 64MB": 0, "connect to db5": 1} {
		if got := Hosts(text); len(got) != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestBucketsAndResolversAreNoHosts checks addresses in which no host stands where hosts do.
func TestBucketsAndResolversAreNoHosts(t *testing.T) {
	for text, want := range map[string]string{
		"upload failed: x to s3://dumps/hostname":                  "",
		"connect: endpoint://client-5b384bce/etcd-main:2379 fails": "etcd-main",
		"connect to http://store:9000/x":                           "store",
		"ERROR: getaddrinfo: Name or service not known":            "",
	} {
		got := ""
		for _, ref := range Hosts(text) {
			got += ref.Host
		}
		if got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestHostsOfTheKubernetesAPI(t *testing.T) {
	for text, want := range map[string]bool{
		`Get "https://172.10.0.1:443/api/v1/namespaces/shop/pods": context deadline exceeded`:     true,
		`Put "https://172.10.0.1:443/apis/coordination.k8s.io/v1/leases/web": connection refused`: true,
		`Get "https://172.10.0.1:443/api?timeout=32s": context deadline exceeded`:                 true,
		`Post "http://10.0.0.5:9090/api/v1/query": context deadline exceeded`:                     false,
		`Get "https://172.10.0.1:443/api/v10/orders": context deadline exceeded`:                  false,
		`Get "https://172.10.0.1:443/healthz": context deadline exceeded`:                         false,
	} {
		hosts := Hosts(text)
		if len(hosts) != 1 || hosts[0].API != want {
			t.Errorf("%s: got %+v, want one host with API %v", text, hosts, want)
		}
	}
}
