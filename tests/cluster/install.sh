# Sourced by cluster.sh: MultiNet on the node, around a bridge as the cluster's network.

# kubeconfig_of ACCOUNT: prints how the account reaches the API server from the node.
kubeconfig_of() {
  local secret
  secret=$(kubectl_ -n kube-system get serviceaccount "$1" -o 'jsonpath={.secrets[0].name}')
  cat <<END
apiVersion: v1
kind: Config
clusters:
- name: cluster
  cluster: {server: "https://10.96.0.1:443", certificate-authority-data: "$(base64 -w0 "$dir/pki/ca.crt")"}
users:
- name: $1
  user: {token: "$(kubectl_ -n kube-system get secret "$secret" -o 'jsonpath={.data.token}' | base64 -d)"}
contexts:
- name: cluster
  context: {cluster: cluster, user: $1}
current-context: cluster
END
}

has_token() { [ -n "$(kubectl_ -n kube-system get serviceaccount "$1" -o 'jsonpath={.secrets[0].name}')" ]; }

# install_multinet FOLDER: the executables of FOLDER. The daemon is there afterwards for "run", and does not run.
install_multinet() {
  local folder account file
  [ -x "${1:-}/multinet" ] || fail "install needs the folder of the executables; no ${1:-}/multinet"
  folder=$(readlink -f "$1")
  kubectl_ apply -f "$here/../../crds/network-attachment.yaml" -f "$here/accounts.yaml" >/dev/null
  kubectl_ wait --for=condition=Established crd/network-attachment-definitions.k8s.cni.cncf.io --timeout="${patience}s" >/dev/null
  for account in multinet multinetd; do
    wait_for "the token of $account" has_token "$account"
    kubeconfig_of "$account" | in_node sh -c 'umask 077; mkdir -p /etc/multinet; cat >"/etc/multinet/$1.kubeconfig.fresh"; mv "/etc/multinet/$1.kubeconfig.fresh" "/etc/multinet/$1.kubeconfig"' sh "$account"
  done
  [ ! -e "$folder/multinetd" ] || in_node sh -c 'mkdir -p /opt/multinet; cp "$1" /opt/multinet/multinetd.fresh; mv /opt/multinet/multinetd.fresh /opt/multinet/multinetd' sh "$folder/multinetd"
  in_node sh -c 'cat >/etc/cni/net.d/.fresh; mv /etc/cni/net.d/.fresh /etc/cni/net.d/10-cluster.conflist' <<'END'
{"cniVersion": "1.0.0", "name": "cluster-network", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "subnet": "10.244.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
END
  in_node sh -c 'cat >/etc/multinet/wanted.conflist' <<'END'
{"cniVersion": "1.0.0", "name": "multinet", "plugins": [
  {"type": "multinet", "clusterNetwork": "/etc/cni/net.d/10-cluster.conflist", "capabilities": {"portMappings": true},
   "kubeconfig": "/etc/multinet/multinet.kubeconfig", "logFile": "/run/multinet.log", "logLevel": "verbose"}]}
END
  in_node "$folder/multinet" install --bin-dir /opt/cni/bin --conf-dir /etc/cni/net.d --config /etc/multinet/wanted.conflist >/dev/null
  kubectl_ wait --for=condition=Ready node/node --timeout="${patience}s" >/dev/null
}
