#include "server/form.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using testing::ElementsAre;
using testing::Pair;

Request request(std::string body, const char* type = "application/x-www-form-urlencoded") {
  Request request;
  request.method = "POST";
  if (type != nullptr) request.headers.emplace("content-type", type);
  request.body = std::move(body);
  return request;
}

int status_of(const Request& request) {
  const auto form = Form::of(request);
  return form ? 200 : form.error().status;
}

TEST(Form, FieldsAreDecodedInOrder) {
  const auto form = Form::of(request("name=Ada+L&&password=%26%3D%C3%A4&empty=&bare"));
  ASSERT_TRUE(form);
  EXPECT_THAT(form->fields(), ElementsAre(Pair("name", "Ada L"), Pair("password", "&=ä"), Pair("empty", ""),
                                          Pair("bare", "")));
  EXPECT_EQ(form->value("name"), "Ada L");
  EXPECT_EQ(form->value("absent"), "");
}

TEST(Form, EmptyBodyIsAFormWithoutFields) {
  EXPECT_TRUE(Form::of(request(""))->fields().empty());
}

TEST(Form, TypeMayHaveParametersAndAnyCase) {
  EXPECT_EQ(status_of(request("a=1", "Application/X-WWW-Form-Urlencoded ; charset=UTF-8")), 200);
}

TEST(Form, OtherTypesAreRefused) {
  for (const char* type : {"application/json", "text/plain", "multipart/form-data; boundary=x", "",
                           "application/x-www-form-urlencodedx"}) {
    EXPECT_EQ(status_of(request("a=1", type)), 415) << type;
  }
  EXPECT_EQ(status_of(request("a=1", nullptr)), 415);
  Request two = request("a=1");
  two.headers.emplace("content-type", "application/x-www-form-urlencoded");
  EXPECT_EQ(status_of(two), 415);
}

TEST(Form, FieldThatComesTwiceIsRefused) {
  EXPECT_EQ(status_of(request("name=a&name=b")), 400);
  EXPECT_EQ(status_of(request("name=a&n%61me=b")), 400);
}

TEST(Form, MalformedTextIsRefused) {
  for (const char* body : {"a=%", "a=%4", "a=%zz", "a=%ff", "%c0%80=1"}) {
    EXPECT_EQ(status_of(request(body)), 400) << body;
  }
}

TEST(Form, SizeHasABound) {
  EXPECT_EQ(status_of(request("a=" + std::string(Form::bytes_max - 2, 'x'))), 200);
  EXPECT_EQ(status_of(request("a=" + std::string(Form::bytes_max - 1, 'x'))), 413);
  std::string many;
  for (std::size_t i = 0; i < Form::fields_max; ++i) many += std::to_string(i) + "=&";
  EXPECT_EQ(status_of(request(many)), 200);
  EXPECT_EQ(status_of(request(many + "one=more")), 413);
}

}  // namespace
}  // namespace chatserver::server
