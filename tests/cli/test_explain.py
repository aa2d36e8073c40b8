"""`rf explain`: the recurrences with their numbers."""

from cli.conftest import RF


def test_steps(rf: RF) -> None:
    status, out, err = rf("explain", "net.yaml", "-f", "csv")
    assert (status, err) == (0, "")
    assert out.splitlines()[:3] == [
        "axis,layer,type,k,s,p,adds,share,size,stride,padding",
        "h,a,conv,3,1,0,2,50.0 %,3,1,0",
        "h,b,max_pool,2,2,0,1,25.0 %,4,2,0",
    ]


def test_a_layer_that_is_not_there(rf: RF) -> None:
    said = "rf: net.yaml: --layer: there is no layer 'c' (known here: a, b)\n"
    assert rf("explain", "net.yaml", "--layer", "c") == (2, "", said)
